import type { MapBase, MapPosition } from '../../gateway/contract.ts'
import { gcj02ToWgs84, wgs84ToGcj02 } from '../../gateway/map/coordinates.ts'

/** Between what is kept (WGS 84) and what is drawn: shifted only over tiles that are shifted. */
export interface Datum {
  readonly shown: (kept: MapPosition) => MapPosition
  readonly kept: (shown: MapPosition) => MapPosition
}

const SAME: Datum = { shown: (position) => position, kept: (position) => position }
const GCJ02: Datum = { shown: wgs84ToGcj02, kept: gcj02ToWgs84 }

export function datumOf(tiles: MapBase['tiles']): Datum {
  return tiles?.datum === 'gcj02' ? GCJ02 : SAME
}
