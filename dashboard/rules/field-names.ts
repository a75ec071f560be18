import type { TFunction } from 'i18next'
import type { Language } from '../i18n/i18n.ts'
import { zh } from '../i18n/zh.ts'

export interface Saying {
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
  siteId: 'place_site',
  organizationId: 'place_organization',
  profileId: 'place_profile',
  deviceId: 'place_device',
  note: 'overrideNote',
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

export function isFieldKey(key: string): key is FieldKey {
  return Object.hasOwn(zh.ruleField, key)
}
