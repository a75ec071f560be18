import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Device, LatestReadingDto, LiveReading, Profile } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'

export interface MainValues {
  readonly valueFor: (device: Device) => LatestReadingDto | null
  /** A row has come into sight: its value is read and then followed. */
  readonly onSeen: (deviceId: string) => void
}

/** As many rows as a screen holds, with room; the gateway sends readings of no more than 200 devices. */
const FOLLOWED_MAX = 60
const SETTLE_MS = 300

export function mainPointOf(profile: Profile | undefined): Profile['points'][number] | undefined {
  return profile?.points.find((point) => point.primary) ?? profile?.points[0]
}

/** Values of the rows that are on the screen, and of no others. */
export function useMainValues(
  devices: readonly Device[],
  profiles: ReadonlyMap<string, Profile>,
): MainValues {
  const { api, link } = useServices()
  const [values, setValues] = useState<ReadonlyMap<string, LatestReadingDto>>(new Map())
  const [followed, setFollowed] = useState<readonly string[]>([])
  const seen = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const pointOf = useMemo(
    () =>
      new Map(
        devices.map((device) => [device.id, mainPointOf(profiles.get(device.profileId))?.name]),
      ),
    [devices, profiles],
  )

  const onSeen = useCallback((deviceId: string) => {
    seen.current = [...seen.current.filter((id) => id !== deviceId), deviceId].slice(-FOLLOWED_MAX)
    if (timer.current !== null) clearTimeout(timer.current)
    timer.current = setTimeout(() => setFollowed(seen.current), SETTLE_MS)
  }, [])
  useEffect(() => () => void (timer.current !== null && clearTimeout(timer.current)), [])

  useEffect(() => {
    if (followed.length === 0) return
    const abort = new AbortController()
    const add = (readings: readonly (LatestReadingDto | LiveReading)[]) => {
      const mine = readings.filter((reading) => pointOf.get(reading.deviceId) === reading.point)
      if (mine.length === 0) return
      setValues((before) => {
        const next = new Map(before)
        for (const reading of mine) {
          const known = next.get(reading.deviceId)
          if (known === undefined || known.ts <= reading.ts) next.set(reading.deviceId, reading)
        }
        return next
      })
    }
    void api.latestOfMany(followed, abort.signal).then(
      ({ items }) => add(items),
      // A value that cannot be read now shows as a dash; the live feed brings it when it comes.
      () => undefined,
    )
    const stop = link.watch(followed, add)
    return () => {
      abort.abort()
      stop()
    }
  }, [followed, api, link, pointOf])

  const valueFor = useCallback((device: Device) => values.get(device.id) ?? null, [values])
  return { valueFor, onSeen }
}
