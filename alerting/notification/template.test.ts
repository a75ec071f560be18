import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../alarms/alarm.ts'
import { updateByCondition } from '../alarms/alarm-update.ts'
import { PLACE, raised, START_MS } from '../builders.suite.ts'
import {
  ESCAPES,
  fillTemplate,
  gradeName,
  SMS_PLACEHOLDERS,
  type SmsValues,
  smsValues,
} from './template.ts'

function anAlarm(overrides: Partial<Alarm> = {}): Alarm {
  const result = updateByCondition(null, raised(), { place: PLACE, unit: '%LEL' })
  if (!result.ok) throw new Error(result.refusal)
  return { ...result.step.alarm, ...overrides }
}

const ABOUT = { type: 'alarm.raised', atMs: START_MS, phone: '138', language: 'zh' } as const

describe('the sentence of an SMS', () => {
  test.for([
    [
      'a value with its set-point',
      {},
      {},
      '【安哨】黄色报警：东园化工 储罐区 1号探头，gas · first，30 %LEL（设定值 25 %LEL），11-23 16:00:00',
    ],
    [
      'in English',
      {},
      { language: 'en' },
      'Vigil YELLOW alarm: 东园化工 储罐区 1号探头, gas · first, 30 %LEL (set-point 25 %LEL), 11-23 16:00:00',
    ],
    [
      'worse than before',
      { grade: 2 },
      { type: 'alarm.escalated' },
      '【安哨】橙色报警升级：东园化工 储罐区 1号探头，gas · first，30 %LEL（设定值 25 %LEL），11-23 16:00:00',
    ],
    [
      'worse, in English',
      { grade: 2 },
      { type: 'alarm.escalated', language: 'en' },
      'Vigil ORANGE alarm (worse): 东园化工 储罐区 1号探头, gas · first, 30 %LEL (set-point 25 %LEL), 11-23 16:00:00',
    ],
    [
      'a boolean says it in its title',
      { value: true, setpoint: true },
      {},
      '【安哨】黄色报警：东园化工 储罐区 1号探头，gas · first，11-23 16:00:00',
    ],
    [
      'silence has no value',
      { value: null, setpoint: null },
      { language: 'en' },
      'Vigil YELLOW alarm: 东园化工 储罐区 1号探头, gas · first, 11-23 16:00:00',
    ],
    [
      'a drill says so first',
      { drill: true },
      {},
      '【演练】【安哨】黄色报警：东园化工 储罐区 1号探头，gas · first，30 %LEL（设定值 25 %LEL），11-23 16:00:00',
    ],
  ] as const)('%s', ([, alarm, about, sentence]) => {
    expect(smsValues(anAlarm(alarm), PLACE, { ...ABOUT, ...about }).text).toBe(sentence)
  })

  test('a device that is gone is named by its id', () => {
    expect(smsValues(anAlarm(), null, ABOUT)).toMatchObject({ place: '', device: 'GD-01' })
  })

  test.for([
    [0.1 + 0.2, null, '0.3'],
    [12.3456789, '%LEL', '12.3457 %LEL'],
    [1_234_567, null, '1234567'],
    [true, null, '是'],
    [false, null, '否'],
    [null, '%LEL', ''],
  ] as const)('%j with unit %j: %j', ([value, unit, words]) => {
    expect(smsValues(anAlarm({ value, unit }), PLACE, ABOUT).value).toBe(words)
  })

  test('grades are colours', () => {
    expect(([1, 2, 3, 4] as const).map((grade) => gradeName(grade, 'zh')).join()).toBe(
      '红色,橙色,黄色,蓝色',
    )
  })
})

describe('filling a template', () => {
  const anyValues = fc.record(
    Object.fromEntries(SMS_PLACEHOLDERS.map((name) => [name, fc.string({ unit: 'binary' })])),
  ) as unknown as fc.Arbitrary<SmsValues>

  test('in JSON, whatever the values hold comes out as it went in', () => {
    const template = '{"to":["{phone}"],"p":{"a":"{text}","b":"x {place} y"},"{unknown}":"{}"}'
    fc.assert(
      fc.property(anyValues, (values) => {
        expect(JSON.parse(fillTemplate(template, values, ESCAPES.json))).toEqual({
          to: [values.phone],
          p: { a: values.text, b: `x ${values.place} y` },
          '{unknown}': '{}',
        })
      }),
    )
  })

  test('in an address, a value stays one value', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const url = new URL(
          fillTemplate('https://sms.example/send?to={phone}&t={text}', values, ESCAPES.url),
        )
        expect(url.searchParams.get('to')).toBe(values.phone.toWellFormed())
        expect(url.searchParams.get('t')).toBe(values.text.toWellFormed())
        expect([...url.searchParams.keys()]).toEqual(['to', 't'])
      }),
    )
  })

  test('in a header, no line can be broken', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        expect(fillTemplate('{text}', values, ESCAPES.header)).toMatch(/^[\x21-\x7e]*$/)
      }),
    )
  })

  test('in XML, a value opens no tag', () => {
    expect(ESCAPES.xml('<a b="1">&')).toBe('&lt;a b=&quot;1&quot;>&amp;')
  })

  test('values are not looked into for placeholders', () => {
    const values = { ...smsValues(anAlarm(), PLACE, ABOUT), text: '{phone} $& $1' }
    expect(fillTemplate('{text}', values, ESCAPES.none)).toBe('{phone} $& $1')
  })
})
