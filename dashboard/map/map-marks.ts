import type { MapCluster, MapPlace } from '../../gateway/contract.ts'
import { type Grade, presentGrade } from '../alarms/grade.ts'

/**
 * Signs on the map as SVG text. Shape tells the type (site: square, hazard source: hexagon, several:
 * circle), colour only what is abnormal, a hollow sign that something is silent. Nothing but figures
 * and our own letters goes into it: names never do.
 */
const ROMAN = { 1: 'Ⅰ', 2: 'Ⅱ', 3: 'Ⅲ', 4: 'Ⅳ' } as const
const SIZE = 30
const HEXAGON = 'M15 2l11.500 6.500v13L15 28 3.500 21.500v-13z'
const SQUARE = 'M4.500 4.500h21v21h-21z'
const CIRCLE = 'M15 1.500a13.500 13.500 0 1 1 0 27 13.500 13.500 0 0 1 0-27z'

export interface Mark {
  readonly html: string
  readonly size: number
}

export function placeMark(place: MapPlace): Mark {
  const shape = place.kind === 'source' ? HEXAGON : SQUARE
  const level = place.hazardLevel === null ? '' : ROMAN[place.hazardLevel]
  const inside = place.kind === 'source' ? level : place.fault > 0 ? '!' : ''
  return mark(shape, inside, place, SIZE)
}

export function clusterMark(cluster: MapCluster): Mark {
  const count = cluster.sites + cluster.sources
  return mark(CIRCLE, count > 999 ? '999+' : String(count), cluster, 40)
}

type Tally = Pick<MapPlace, 'worstGrade' | 'alarms' | 'silent'>

function mark(shape: string, inside: string, { worstGrade, alarms, silent }: Tally, size: number) {
  const isHollow = silent > 0 && worstGrade === null
  const { fill, ink } = coloursOf(worstGrade, isHollow)
  const dash = silent > 0 ? ' stroke-dasharray="4 3"' : ''
  const text =
    inside === ''
      ? ''
      : `<text x="15" y="19.500" text-anchor="middle" font-size="${inside.length > 3 ? 9 : 12.5}" font-weight="700" fill="${ink}">${inside}</text>`
  return {
    size,
    html:
      `<svg viewBox="0 0 30 30" width="${size}" height="${size}" aria-hidden="true">` +
      `<path d="${shape}" fill="${fill}" stroke="var(--text)" stroke-width="1.600"${dash}/>${text}</svg>` +
      badge(worstGrade, alarms),
  }
}

/** Letter of the worst grade and the number of alarms: what colour says, in words. */
function badge(worstGrade: Grade | null, alarms: number): string {
  if (worstGrade === null) return ''
  const { letter, fill, ink } = presentGrade(worstGrade)
  return `<span class="map-badge" style="background:${fill};color:${ink}">${letter}${alarms > 1 ? ` ${alarms}` : ''}</span>`
}

function coloursOf(worstGrade: Grade | null, isHollow: boolean) {
  if (worstGrade !== null) return presentGrade(worstGrade)
  return isHollow
    ? { fill: 'var(--surface)', ink: 'var(--text)' }
    : { fill: 'var(--map-quiet)', ink: 'var(--text)' }
}
