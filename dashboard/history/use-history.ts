import { useEffect, useMemo, useRef, useState } from 'react'
import type { AlarmDto, Device, HistoryAnswer } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { setpointsOfPoint } from '../devices/setpoints.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { spanOfAlarm } from '../trend/alarm-marks.ts'
import type { TrendSetpoint, TrendSpan } from '../trend/trend-option.ts'
import { type HistoryLine, lineData } from './history-lines.ts'
import { DAY_MS, keyOf, type SeriesKey, type Span } from './history-state.ts'

/** Alarms that began before the range may reach into it. */
const ALARM_LEAD_MS = 30 * DAY_MS

const deviceIdsOf = (series: readonly SeriesKey[]) => [
  ...new Set(series.map(({ deviceId }) => deviceId)),
]

/** The devices that are chosen; one that is gone, or out of sight, is left out. */
export function useChosenDevices(series: readonly SeriesKey[]) {
  const { api } = useServices()
  const ids = deviceIdsOf(series)
  const loaded = useResource(ids.length === 0 ? null : `devices ${ids}`, async (signal) => {
    const found = await Promise.allSettled(ids.map((id) => api.device(id, signal)))
    return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  })
  const held = useHeld(loaded.data)
  return useMemo(
    () => new Map((held ?? []).map((device): [string, Device] => [device.id, device])),
    [held],
  )
}

/** What was answered, shown on while something finer or newer is loaded. */
export function useHistory(series: readonly SeriesKey[], { fromMs, toMs }: Span, buckets: number) {
  const { api } = useServices()
  const names = series.map(keyOf)
  const key = names.length === 0 ? null : `history ${names.join(' ')} ${fromMs} ${toMs} ${buckets}`
  const loaded = useResource(key, (signal) =>
    api.history({ series: names, fromMs, toMs, buckets }, signal),
  )
  return { ...loaded, data: useHeld(loaded.data) }
}

function useHeld<Data>(data: Data | null): Data | null {
  const held = useRef<Data | null>(data)
  useEffect(() => {
    if (data !== null) held.current = data
  }, [data])
  return data ?? held.current
}

/** Lines in the order in which the points were chosen. */
export function useLines(
  answer: HistoryAnswer | null,
  chosen: readonly SeriesKey[],
  { devices, plant }: { readonly devices: ReadonlyMap<string, Device>; readonly plant: Plant },
): readonly HistoryLine[] {
  const words = useWords()
  return useMemo(() => {
    const answered = new Map((answer?.series ?? []).map((series) => [keyOf(series), series]))
    return chosen.flatMap((one): readonly HistoryLine[] => {
      const series = answered.get(keyOf(one))
      if (series === undefined) return []
      const profile = plant.profiles.get(devices.get(one.deviceId)?.profileId ?? '')
      const point = profile?.points.find(({ name }) => name === one.point)
      const label = point === undefined ? one.point : words.localized(point.label)
      return [
        {
          ...lineData(series, profile?.silentAfterMs ?? null),
          key: keyOf(one),
          name: `${series.deviceName} · ${label}`,
          unit: series.unit,
          isBoolean: point?.kind === 'boolean',
          everyMs: series.everyMs,
        },
      ]
    })
  }, [answer, chosen, devices, plant, words])
}

export function useSetpoints(
  chosen: readonly SeriesKey[],
): ReadonlyMap<string, readonly TrendSetpoint[]> {
  const { api } = useServices()
  const ids = deviceIdsOf(chosen)
  const loaded = useResource(ids.length === 0 ? null : `rules of ${ids}`, async (signal) => {
    const found = await Promise.allSettled(ids.map((id) => api.rulesOfDevice(id, signal)))
    return new Map(
      found.map((each, index) => [ids[index], each.status === 'fulfilled' ? each.value.items : []]),
    )
  })
  const rules = useHeld(loaded.data)
  return useMemo(
    () =>
      new Map(
        chosen.map((one) => [
          keyOf(one),
          setpointsOfPoint(rules?.get(one.deviceId) ?? [], one.point),
        ]),
      ),
    [chosen, rules],
  )
}

export interface HistoryAlarms {
  readonly alarms: readonly AlarmDto[]
  readonly spans: readonly TrendSpan[]
}

/** Alarms of the chosen points that reach into the range, newest first. */
export function useAlarmsWithin(
  chosen: readonly SeriesKey[],
  { fromMs, toMs }: Span,
): HistoryAlarms {
  const { api } = useServices()
  const ids = deviceIdsOf(chosen)
  const key = ids.length === 0 ? null : `alarms ${ids} ${fromMs} ${toMs}`
  const loaded = useResource(key, async (signal) => {
    const from = new Date(fromMs - ALARM_LEAD_MS).toISOString()
    const to = new Date(toMs).toISOString()
    const ask = (deviceId: string) => api.alarms({ deviceId, from, to, order: 'newest' }, signal)
    return (await Promise.all(ids.map(ask))).flatMap(({ items }) => items)
  })
  const found = useHeld(loaded.data)
  return useMemo(() => {
    const keys = new Set(chosen.map(keyOf))
    const alarms = (found ?? [])
      .filter(({ deviceId, point }) => keys.has(keyOf({ deviceId, point })))
      .map((alarm) => ({ alarm, span: spanOfAlarm(alarm, toMs) }))
      .filter(({ span }) => span.toMs > fromMs && span.fromMs < toMs)
      .toSorted((a, b) => b.span.fromMs - a.span.fromMs)
    return { alarms: alarms.map(({ alarm }) => alarm), spans: alarms.map(({ span }) => span) }
  }, [found, chosen, fromMs, toMs])
}

/** What the wheel turns to, until it rests. */
export function useSettling<Value>(settleMs: number, onSettled: (value: Value) => void) {
  const [value, setValue] = useState<Value | null>(null)
  const settled = useRef(onSettled)
  settled.current = onSettled
  useEffect(() => {
    if (value === null) return
    const timer = setTimeout(() => {
      settled.current(value)
      setValue(null)
    }, settleMs)
    return () => clearTimeout(timer)
  }, [value, settleMs])
  return [value, setValue] as const
}
