import type { TFunction } from 'i18next'
import type { Language } from '../i18n/i18n.ts'
import { zh } from '../i18n/zh.ts'
import { durationInWords } from './rule-words.ts'

interface Saying {
  readonly t: TFunction
  readonly language: Language
}

type FieldKey = keyof (typeof zh)['ruleField']

/** Fields whose name on the screen is not that of their key. */
const OTHER_NAMES: Readonly<Record<string, FieldKey>> = {
  kind: 'kind',
  profileIds: 'profiles',
  organizationIds: 'organizations',
  siteIds: 'sites',
  deviceIds: 'devices',
  afterMs: 'after',
  qualityMin: 'goodOnly',
  overrides: 'overridesPart',
  schedule: 'schedulePart',
  spans: 'schedulePart',
  condition: 'conditionPart',
  set: 'overridesPart',
  response: 'responseZh',
  name: 'nameZh',
}

/** `condition.setpoints.0.setpoint` is “set-point 1”. */
export function fieldName(path: string, { t, language }: Saying): string {
  const keys = path.split('.')
  const last = keys.at(-1) ?? ''
  const isIndex = /^\d+$/.test(last)
  const key = isIndex ? (keys.at(-2) ?? '') : last
  const place = keys.findLast((one) => /^\d+$/.test(one))
  const number = place === undefined ? '' : ` ${Number(place) + 1}`
  if (path.startsWith('name.')) return t(key === 'zh' ? 'ruleField.nameZh' : 'ruleField.nameEn')
  if (path.startsWith('response.')) {
    return t(key === 'zh' ? 'ruleField.responseZh' : 'ruleField.responseEn')
  }
  if (path.includes('.label.')) {
    return t(key === 'zh' ? 'ruleField.labelZh' : 'ruleField.labelEn') + number
  }
  const known = OTHER_NAMES[key] ?? (isFieldKey(key) ? key : null)
  const name = known === null ? key : t(`ruleField.${known}`)
  return language === 'zh' ? `${name}${number}` : `${name}${number}`
}

function isFieldKey(key: string): key is FieldKey {
  return Object.hasOwn(zh.ruleField, key)
}

/** A value as a person reads it. */
export function valueText(path: string, value: unknown, { t, language }: Saying): string {
  if (value === null || value === undefined) return t('ruleVersion.none')
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'number') {
    if (path.endsWith('Ms')) return value === 0 ? '0' : durationInWords(value, language)
    if (path.endsWith('grade') && value >= 1 && value <= 4) {
      return t(`grade.${value as 1 | 2 | 3 | 4}`)
    }
    return String(Number(value.toPrecision(10)))
  }
  if (typeof value === 'string') {
    return path.endsWith('kind') && Object.hasOwn(zh.ruleKind, value)
      ? t(`ruleKind.${value as keyof (typeof zh)['ruleKind']}`)
      : isFieldKey(value)
        ? t(`ruleField.${value}`)
        : value
  }
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return JSON.stringify(value)
}
