import type {
  MapBase,
  MapCircle,
  MapPlaces,
  MapPosition,
  RiskDetail,
  RiskMap,
  RiskSnapshots,
} from '../../gateway/contract.ts'
import type { ApiClient, QueryValue } from './api-client.ts'

const BASE = '/api/v1'

/** Paths of the map and the four-colour risk. */
export function mapEndpoints(client: ApiClient) {
  return {
    mapBase: (signal: AbortSignal) => client.get<MapBase>(`${BASE}/map`, { signal }),
    mapPlaces: (query: Readonly<Record<string, QueryValue>>, signal: AbortSignal) =>
      client.get<MapPlaces>(`${BASE}/map/places`, { query, signal }),
    mapCircle: ({ latitude, longitude }: MapPosition, metres: number, signal: AbortSignal) =>
      client.get<MapCircle>(`${BASE}/map/circle`, {
        query: { latitude, longitude, metres },
        signal,
      }),
    riskMap: (at: string | undefined, signal: AbortSignal) =>
      client.get<RiskMap>(`${BASE}/risk-map`, { query: { at }, signal }),
    riskDetail: (id: string, signal: AbortSignal) =>
      client.get<RiskDetail>(`${BASE}/risk-map/${encodeURIComponent(id)}`, { signal }),
    riskSnapshots: (signal: AbortSignal) =>
      client.get<RiskSnapshots>(`${BASE}/risk-snapshots`, { signal }),
  }
}
