import { useEffect, useRef } from 'react'
import type { MapPlaces, RiskMap } from '../../gateway/contract.ts'
import { type Resource, useResource } from '../api/use-resource.ts'
import { useLive, useServices } from '../services.tsx'
import type { Viewport } from './map-canvas.ts'
import type { MapFilter } from './map-filter.ts'
import { placesQuery } from './map-filter.ts'

/**
 * A storm redraws the map once in so long, not ten times a second. Longer than the gateway answers
 * with the same board (`MAP_LIMITS.judgedAgainMs`): what is asked for so long after an event has it.
 */
const REDRAW_MS = 1_100
/** What changes without an event (a date that passes) is seen after so long. */
const REFRESH_MS = 30_000

export interface MapData {
  readonly risk: Resource<RiskMap>
  readonly places: Resource<MapPlaces>
}

/** Risk and places as they are now, kept so by the live feed; or the risk as it was at `at`. */
export function useMapData(options: {
  readonly view: Viewport | null
  readonly filter: MapFilter
  /** Null: now. */
  readonly at: string | null
}): MapData {
  const { api } = useServices()
  const { view, filter, at } = options
  const risk = useResource(`risk ${at ?? 'now'}`, (signal) => api.riskMap(at ?? undefined, signal))
  const query = view === null || at !== null ? null : placesQuery(view, filter)
  const places = useResource(query === null ? null : JSON.stringify(query), (signal) =>
    api.mapPlaces(query ?? {}, signal),
  )
  useReloadWhenLive(() => {
    if (at !== null) return
    risk.reload()
    places.reload()
  })
  return { risk: useLastGood(risk), places: useLastGood(places) }
}

function useReloadWhenLive(reload: () => void): void {
  const open = useLive((state) => state.open)
  const devices = useLive((state) => state.devices)
  const latest = useRef(reload)
  latest.current = reload
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const hasMore = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of them is a reason to look again.
  useEffect(() => {
    const wait = () => {
      hasMore.current = false
      timer.current = setTimeout(() => {
        timer.current = null
        latest.current()
        // What came while this ran may be younger than the board that is answered now.
        if (hasMore.current) wait()
      }, REDRAW_MS)
    }
    if (timer.current === null) wait()
    else hasMore.current = true
  }, [open, devices])
  useEffect(() => {
    const refresh = setInterval(() => latest.current(), REFRESH_MS)
    return () => {
      clearInterval(refresh)
      if (timer.current !== null) clearTimeout(timer.current)
      timer.current = null
    }
  }, [])
}

/** While the map is moved, what was drawn stays until the new is there. */
function useLastGood<Answer>(resource: Resource<Answer>): Resource<Answer> {
  const last = useRef<Answer | null>(null)
  if (resource.data !== null) last.current = resource.data
  return { ...resource, data: resource.data ?? last.current }
}
