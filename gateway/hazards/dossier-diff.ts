import { isDeepStrictEqual } from 'node:util'
import type { HazardDossier, HazardQuantity } from '../contract.ts'

/** One difference between two dossiers, for a person to read. */
export interface DossierChange {
  /** The field without positions, e.g. `units.substances.quantity`; its words are the reader's. */
  readonly path: string
  /** Names of the entries it lies in, outermost first, e.g. dike and substance. */
  readonly where: readonly string[]
  readonly kind: 'added' | 'removed' | 'changed'
  /** Null where there was or is nothing. */
  readonly before: string | null
  readonly after: string | null
}

interface Entry {
  readonly id: string
}

/** Answers to triggers are about a change, not a part of what is stated. */
const NOT_STATED = new Set(['reassessment'])

/**
 * What differs, in the order of the form. Entries of lists are the same when their ids are, so that
 * moving one is no difference and a name that changed is one field, not two entries.
 */
export function diffDossiers(before: HazardDossier, after: HazardDossier): DossierChange[] {
  return diffFields(before, after, { path: '', where: [] })
}

interface Place {
  readonly path: string
  readonly where: readonly string[]
}

function diffFields(before: object, after: object, place: Place): DossierChange[] {
  const names = Object.keys({ ...before, ...after }).filter((name) => !NOT_STATED.has(name))
  return names.flatMap((name) => {
    if (name === 'id') return []
    const one = fieldOf(before, name)
    const other = fieldOf(after, name)
    const path = place.path === '' ? name : `${place.path}.${name}`
    return isDeepStrictEqual(one, other) ? [] : diffValues(one, other, { ...place, path })
  })
}

function diffValues(before: unknown, after: unknown, place: Place): DossierChange[] {
  if (isEntries(before) && isEntries(after)) return diffEntries(before, after, place)
  if (isFields(before) && isFields(after)) return diffFields(before, after, place)
  const [one, other] = [textOf(before), textOf(after)]
  if (one === other) return []
  const kind = one === null ? 'added' : other === null ? 'removed' : 'changed'
  return [{ ...place, kind, before: one, after: other }]
}

function diffEntries(
  before: readonly Entry[],
  after: readonly Entry[],
  place: Place,
): DossierChange[] {
  const earlier = new Map(before.map((entry) => [entry.id, entry]))
  const later = new Set(after.map(({ id }) => id))
  const gone = before
    .filter(({ id }) => !later.has(id))
    .map((entry) => ({
      ...place,
      kind: 'removed' as const,
      before: nameOf(entry),
      after: null,
    }))
  const present = after.flatMap((entry): DossierChange[] => {
    const known = earlier.get(entry.id)
    if (known === undefined) {
      return [{ ...place, kind: 'added', before: null, after: nameOf(entry) }]
    }
    return diffFields(known, entry, { ...place, where: [...place.where, nameOf(entry)] })
  })
  return [...gone, ...present]
}

function isEntries(value: unknown): value is readonly Entry[] {
  return Array.isArray(value) && value.every((entry) => isFields(entry) && 'id' in entry)
}

/** A quantity, and a position, is one thing to a reader. */
function isFields(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !('value' in value && 'unit' in value) && !('latitude' in value)
}

function fieldOf(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name]
}

/** What an entry of a list is called. */
function nameOf(entry: object): string {
  const named = ['name', 'tag', 'on', 'id'].map((field) => fieldOf(entry, field))
  return String(named.find((name) => typeof name === 'string' && name !== '') ?? '')
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ')
  if (typeof value !== 'object') return String(value)
  if ('unit' in value) return quantityText(value as HazardQuantity)
  if ('latitude' in value && 'longitude' in value) return `${value.latitude}, ${value.longitude}`
  return JSON.stringify(value)
}

export function quantityText({ value, unit, density }: HazardQuantity): string | null {
  if (value === '') return null
  if (unit !== 'm3') return `${value} ${unit}`
  return density === '' ? `${value} m³` : `${value} m³ × ${density} kg/m³`
}
