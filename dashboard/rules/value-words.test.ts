import type { TFunction } from 'i18next'
import { expect, test } from 'vitest'
import { en } from '../i18n/en.ts'
import { zh } from '../i18n/zh.ts'
import { valueText } from './value-words.ts'

const TEXTS = { zh, en }

/** As the page would: the texts of the language, figures put in. */
function saying(language: 'zh' | 'en') {
  const t = ((key: string) => {
    const [group = '', name = ''] = key.split('.')
    return Reflect.get(Reflect.get(TEXTS[language], group) as object, name)
  }) as unknown as TFunction
  const sites = new Map([['tank-farm', { name: '罐区' }]])
  const plant = { sites, organizations: new Map(), profiles: new Map() } as never
  return { t, language, plant }
}

const OVERRIDE = {
  siteId: 'tank-farm',
  set: { setpoints: [{ level: 2, setpoint: 40, grade: 1 }], onDelayMs: 5_000, enabled: true },
  note: 'as asked',
}

test('figures of a place are said in words, with the place by its name', () => {
  expect(valueText('overrides.0', OVERRIDE, saying('en'))).toBe(
    'Site: 罐区, Set-point 2: 40, Grade 2: red, On-delay: 5 s, On: yes, Why: as asked',
  )
  expect(valueText('overrides.0', OVERRIDE, saying('zh'))).toContain('场所: 罐区')
})

test.for([
  ['schedule', { active: 'inside', spans: [{ days: ['workday'], from: '08:00', to: '18:00' }] }],
  ['condition.tests.0', { test: 'value', of: { point: 'lel' }, direction: 'high', setpoint: 20 }],
  ['condition.tests', [{ test: 'group', match: 'any', tests: [{ test: 'boolean', is: true }] }]],
  ['condition.setpoints.1', { setpoint: 50, grade: 2, label: { zh: '二级', en: 'Second' } }],
  ['condition.voters', [{ deviceId: 'G-1', point: 'lel' }]],
  ['overrides', [OVERRIDE, OVERRIDE]],
] as const)('no value of %s is shown as it is stored', ([path, value]) => {
  for (const language of ['zh', 'en'] as const) {
    const text = valueText(path, value, saying(language))
    expect(text).not.toMatch(/[{}[\]"]/)
    expect(text).not.toContain('undefined')
  }
})
