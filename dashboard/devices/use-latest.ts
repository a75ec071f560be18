import { useEffect, useState } from 'react'
import type { LatestReadingDto, LiveReading } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'

export interface Latest {
  readonly byPoint: ReadonlyMap<string, LatestReadingDto>
  readonly lastTs: number | null
}

/** The newest reading of each point of one device, as it comes. */
export function useLatest(deviceId: string): Latest {
  const { api, link } = useServices()
  const [latest, setLatest] = useState<Latest>({ byPoint: new Map(), lastTs: null })
  useEffect(() => {
    const abort = new AbortController()
    const take = (readings: readonly (LiveReading | LatestReadingDto)[]) => {
      const mine = readings.filter((reading) => reading.deviceId === deviceId)
      if (mine.length > 0) setLatest((before) => withReadings(before, mine))
    }
    void api.latestReadings(deviceId, abort.signal).then(
      ({ items }) => take(items),
      // The values show as dashes; the feed brings them when they come.
      () => undefined,
    )
    const stop = link.watch([deviceId], take)
    return () => {
      abort.abort()
      stop()
    }
  }, [api, link, deviceId])
  return latest
}

function withReadings(before: Latest, readings: readonly LatestReadingDto[]): Latest {
  const byPoint = new Map(before.byPoint)
  let { lastTs } = before
  for (const reading of readings) {
    const known = byPoint.get(reading.point)
    if (known === undefined || known.ts <= reading.ts) byPoint.set(reading.point, reading)
    lastTs = Math.max(lastTs ?? 0, reading.ts)
  }
  return { byPoint, lastTs }
}
