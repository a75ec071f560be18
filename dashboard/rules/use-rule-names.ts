import { useMemo } from 'react'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { idsAt } from './draft-path.ts'
import type { RuleNames } from './words-language.ts'

/** What the points of a rule are called, by the profiles it is for. */
export function useRuleNames(rule: unknown, plant: Plant): RuleNames {
  const words = useWords()
  return useMemo(() => {
    const profiles = idsAt(rule, 'profileIds').flatMap((id) => plant.profiles.get(id) ?? [])
    const every = [...profiles, ...plant.profiles.values()]
    const known = (name: string) =>
      every.flatMap(({ points }) => points.find((point) => point.name === name) ?? [])[0]
    return {
      point: ({ deviceId, point = '' }) => {
        const definition = known(point)
        const label = definition === undefined ? point || '–' : words.localized(definition.label)
        return deviceId === undefined ? label : `${deviceId} ${label}`
      },
      unit: (point) => known(point)?.unit ?? null,
      number: (value) => String(Number(value.toPrecision(8))),
    }
  }, [rule, plant, words])
}
