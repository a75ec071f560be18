import { useEffect, useState } from 'react'
import type { LiveReading } from '../../gateway/contract.ts'
import type { Endpoints } from '../api/endpoints.ts'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'
import {
  gapMsOf,
  NO_TREND,
  type TrendData,
  trendOfBuckets,
  trendOfReadings,
  withLiveReading,
} from './trend-data.ts'

export interface TrendRequest {
  readonly deviceId: string
  readonly point: string
  readonly fromMs: number
  readonly toMs: number
  /** Null: readings as they came. */
  readonly bucket: { readonly every: string; readonly ms: number } | null
  readonly silentAfterMs: number | null
  /** Readings that come now go on at the end. */
  readonly isLive: boolean
}

export interface Trend {
  readonly data: TrendData
  readonly isLoading: boolean
  readonly error: unknown
  readonly reload: () => void
}

export function useTrend(request: TrendRequest): Trend {
  const { api, link } = useServices()
  const { deviceId, point, fromMs, toMs, bucket, isLive } = request
  const gapMs = gapMsOf(request.silentAfterMs, bucket?.ms ?? 0)
  const key = `${deviceId} ${point} ${fromMs} ${toMs} ${bucket?.every}`
  const loaded = useResource(key, (signal) => loadTrend(api, request, gapMs, signal))
  const [live, setLive] = useState<{ readonly base: TrendData; readonly data: TrendData } | null>(
    null,
  )
  const base = loaded.data ?? NO_TREND

  useEffect(() => {
    if (!isLive || bucket !== null) return
    const add = (readings: readonly LiveReading[]) => {
      const mine = readings.filter(
        (reading) => reading.deviceId === deviceId && reading.point === point,
      )
      if (mine.length === 0) return
      setLive((before) => {
        let data = before?.base === base ? before.data : base
        for (const reading of mine) data = withLiveReading(data, reading, gapMs)
        return { base, data }
      })
    }
    return link.watch([deviceId], add)
  }, [link, deviceId, point, isLive, bucket, base, gapMs])

  return {
    data: live?.base === base ? live.data : base,
    isLoading: loaded.isLoading,
    error: loaded.error,
    reload: loaded.reload,
  }
}

async function loadTrend(
  api: Endpoints,
  request: TrendRequest,
  gapMs: number,
  signal: AbortSignal,
): Promise<TrendData> {
  const { deviceId, point, fromMs, toMs, bucket } = request
  if (bucket === null) {
    return trendOfReadings(await api.readings(deviceId, { point, fromMs, toMs }, signal), gapMs)
  }
  const read = (fn: 'mean' | 'min' | 'max') =>
    api.readings(deviceId, { point, fromMs, toMs, every: bucket.every, fn }, signal)
  const [mean, min, max] = await Promise.all([read('mean'), read('min'), read('max')])
  return trendOfBuckets({ mean, min, max }, gapMs)
}
