import type { QueryValue } from '../api/api-client.ts'
import type { Viewport } from './map-canvas.ts'

export const LAYERS = ['risk', 'alarms', 'devices', 'sources'] as const
export type Layer = (typeof LAYERS)[number]

export interface MapFilter {
  readonly layers: readonly Layer[]
  /** `all`, `abnormal`, `grade-1` … `grade-3`, `level-1` … `level-4`. */
  readonly only: string
  readonly text: string
}

export const NO_FILTER: MapFilter = { layers: LAYERS, only: 'all', text: '' }

/** The rectangle in whole thousandths of a degree outward, so that a nudge asks for nothing new. */
export function placesQuery(
  view: Viewport,
  { layers, only, text }: MapFilter,
): Readonly<Record<string, QueryValue>> | null {
  const shown = layers.filter((layer) => layer !== 'risk')
  if (shown.length === 0) return null
  const outward = (degrees: number, way: -1 | 1) =>
    (way < 0 ? Math.floor(degrees * 1_000) : Math.ceil(degrees * 1_000)) / 1_000
  const [kind, figure] = only.split('-')
  return {
    west: Math.max(-180, outward(view.west, -1)),
    south: Math.max(-90, outward(view.south, -1)),
    east: Math.min(180, outward(view.east, 1)),
    north: Math.min(90, outward(view.north, 1)),
    zoom: view.zoom,
    layers: shown.join(','),
    abnormal: only === 'abnormal' ? 'true' : undefined,
    gradeMax: kind === 'grade' ? figure : undefined,
    hazardLevel: kind === 'level' ? figure : undefined,
    text: text === '' ? undefined : text,
  }
}
