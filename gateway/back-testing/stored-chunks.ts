import { parseDeviceId } from '#alerting/reading.ts'
import type { StoredChunk } from '#alerting/rules/arrival-order.ts'
import { BACK_TEST_LIMITS } from '#config/limits.ts'
import type { TimeSeriesStore } from '../timeseries/time-series.ts'

/**
 * The stored readings of some points, slice by slice of observed time. Slices get shorter where points
 * are busy, so that what is in memory has a bound.
 */
export async function* storedChunks(
  store: Pick<TimeSeriesStore, 'query'>,
  request: {
    readonly points: readonly { readonly deviceId: string; readonly point: string }[]
    readonly fromMs: number
    readonly toMs: number
    readonly signal: AbortSignal
  },
): AsyncIterable<StoredChunk> {
  const { points, toMs, signal } = request
  const limit = BACK_TEST_LIMITS.readingsPerSliceMax
  let sliceMs: number = BACK_TEST_LIMITS.sliceMsMax
  let fromMs = request.fromMs
  while (fromMs < toMs) {
    signal.throwIfAborted()
    const untilMs = Math.min(fromMs + sliceMs, toMs)
    const lists = await Promise.all(
      points.map((point) => store.query({ ...point, fromMs, toMs: untilMs, limit })),
    )
    const isFull = lists.some((list) => list.length >= limit)
    if (isFull && sliceMs > BACK_TEST_LIMITS.sliceMsMin) {
      sliceMs = Math.max(BACK_TEST_LIMITS.sliceMsMin, Math.floor(sliceMs / 4))
      continue
    }
    const readings = lists.flatMap((list, index) => {
      const deviceId = parseDeviceId(points[index]?.deviceId ?? '')
      const point = points[index]?.point ?? ''
      return deviceId === null ? [] : list.map((stored) => ({ ...stored, deviceId, point }))
    })
    yield { readings, observedBeforeMs: untilMs }
    fromMs = untilMs
  }
}
