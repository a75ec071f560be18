import { useTranslation } from 'react-i18next'
import type { ArchiveItem, HazardLevel, HazardSourceSummary } from '../../gateway/contract.ts'
import { zh } from '../i18n/zh.ts'
import { fieldKeyOf } from './field-path.ts'

export const ARCHIVE_ITEM_NAMES = [
  'identification',
  'characteristics',
  'safety-data',
  'plans',
  'rules',
  'monitoring',
  'emergency-plan',
  'assessment-report',
  'responsible-persons',
  'warning-signs',
  'other',
] as const satisfies readonly ArchiveItem[]

type FieldKey = keyof typeof zh.hazardField

function isFieldKey(key: string): key is FieldKey {
  return Object.hasOwn(zh.hazardField, key)
}

/** What a field is called; the path itself where nobody has named it. */
export function useFieldLabel(): (path: string) => string {
  const { t } = useTranslation()
  return (path) => {
    const key = fieldKeyOf(path)
    if (isFieldKey(key)) return t(`hazardField.${key}`)
    const item = ARCHIVE_ITEM_NAMES.find((name) => path === `documents.${name}`)
    return item === undefined ? path : t(`archiveItem.${item}`)
  }
}

/** 一级 … 四级; below S 1, or not graded yet. */
export function useLevelName(): (figures: {
  readonly hazardLevel: HazardLevel | null
  readonly majorHazard: boolean | null
}) => string {
  const { t } = useTranslation()
  return ({ hazardLevel, majorHazard }) => {
    if (hazardLevel !== null) return t(`hazardLevelName.${hazardLevel}`)
    return t(majorHazard === false ? 'hazard.levelNone' : 'hazard.levelOpen')
  }
}

export function nameOf(source: Pick<HazardSourceSummary, 'name'>, unnamed: string): string {
  return source.name === '' ? unnamed : source.name
}

const DAY_MS = 24 * 3_600_000

/** Whole days until then; negative once it is over. */
export function daysUntil(iso: string, nowMs: number): number {
  return Math.ceil((Date.parse(iso) - nowMs) / DAY_MS)
}
