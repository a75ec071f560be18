import type { Plant } from '../devices/use-plant.ts'
import { zh } from '../i18n/zh.ts'
import { fieldName, isFieldKey, type Saying } from './field-names.ts'
import type { RuleSchedule } from './rule-types.ts'
import { durationInWords, scheduleInWords } from './rule-words.ts'

interface Telling extends Saying {
  readonly plant: Pick<Plant, 'sites' | 'organizations' | 'profiles'>
}
type Fields = Readonly<Record<string, unknown>>

/** A value of a rule as a person reads it; `path` says which field it is. */
export function valueText(path: string, value: unknown, telling: Telling): string {
  const { t, language } = telling
  if (value === null || value === undefined) return t('ruleVersion.none')
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'number') return numberText(path, value, telling)
  if (typeof value === 'string') return wordOf(path, value, telling)
  if (Array.isArray(value)) {
    const isPlain = value.every((one) => typeof one !== 'object')
    return value.map((one) => valueText(path, one, telling)).join(isPlain ? ', ' : '; ')
  }
  const fields = value as Fields
  if (isLocalized(fields)) return fields[language]
  if (Array.isArray(fields.spans)) {
    return scheduleInWords(fields as unknown as RuleSchedule, language)
  }
  return fieldsText(path, fields, telling)
}

/** `Site: 潮信 – Set-point 1: 20, On-delay: 5 s`; of what has names of its own, in the order it was written. */
function fieldsText(path: string, fields: Fields, telling: Telling): string {
  const { level, ...rest } = fields
  return Object.entries(rest)
    .map(([key, value]) => {
      // The figures of an override are its own; a word around them would say nothing.
      if (key === 'set' || key === 'of' || key === 'setpoints') {
        return valueText(`${path}.${key}`, value, telling)
      }
      const place = typeof level === 'number' ? `.${level - 1}` : ''
      const name = fieldName(`${withoutPlace(path)}${place}.${key}`, telling)
      return `${name}: ${valueText(`${path}.${key}`, value, telling)}`
    })
    .filter((text) => text !== '')
    .join(', ')
}

function numberText(path: string, value: number, { t, language }: Telling): string {
  if (path.endsWith('Ms')) return value === 0 ? '0' : durationInWords(value, language)
  if (path.endsWith('grade') && value >= 1 && value <= 4) {
    return t(`grade.${value as 1 | 2 | 3 | 4}`)
  }
  return String(Number(value.toPrecision(10)))
}

function wordOf(path: string, value: string, { t, language, plant }: Telling): string {
  const key = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? ''
  switch (key) {
    case 'siteId':
    case 'siteIds':
      return plant.sites.get(value)?.name ?? value
    case 'organizationId':
    case 'organizationIds':
      return plant.organizations.get(value)?.name ?? value
    case 'profileId':
    case 'profileIds':
      return plant.profiles.get(value)?.name[language] ?? value
    case 'kind':
      if (Object.hasOwn(zh.ruleKind, value)) return t(`ruleKind.${value as 'limit'}`)
      break
    case 'days':
      return Object.hasOwn(zh.scheduleDay, value) ? t(`scheduleDay.${value as 'mon'}`) : value
    case 'id':
    case 'deviceId':
    case 'deviceIds':
    case 'point':
    case 'expression':
    case 'note':
    case 'calendar':
      return value
    default:
  }
  return isFieldKey(value) ? t(`ruleField.${value}`) : value
}

function isLocalized(fields: Fields): fields is { readonly zh: string; readonly en: string } {
  return typeof fields.zh === 'string' && typeof fields.en === 'string'
}

/** `overrides.0.set.setpoints` without the place in the list of overrides, which numbers nothing below it. */
function withoutPlace(path: string): string {
  return path
    .split('.')
    .filter((part) => !/^\d+$/.test(part))
    .join('.')
}
