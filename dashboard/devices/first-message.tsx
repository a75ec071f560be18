import { Alert, Spin } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LatestReadingDto, LiveReading, Profile } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'

const LOOK_INTERVAL_MS = 2_000

interface Arrival {
  readonly readings: readonly Pick<LatestReadingDto, 'point' | 'value' | 'ts'>[]
  /** Why a message that came could not be read. */
  readonly rejection: string | null
}

/** Waits for the first message of a new device; also says when one came that could not be read. */
export function FirstMessage(props: {
  readonly deviceId: string
  readonly profile: Profile | undefined
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { readings, rejection } = useArrival(props.deviceId)
  const pointOf = (name: string) => props.profile?.points.find((point) => point.name === name)
  if (readings.length > 0) {
    return (
      <Alert
        type="success"
        showIcon
        title={t('connect.arrived')}
        data-testid="first-message"
        description={
          <ul className="arrived">
            {readings.map((reading) => {
              const point = pointOf(reading.point)
              return (
                <li key={reading.point}>
                  {point === undefined ? reading.point : words.localized(point.label)}:{' '}
                  <strong>{words.value(reading.value, point?.unit ?? null)}</strong>
                </li>
              )
            })}
          </ul>
        }
      />
    )
  }
  if (rejection !== null) {
    return <Alert type="error" showIcon title={t('connect.rejectedHere', { reason: rejection })} />
  }
  return (
    <p className="waiting-first">
      <Spin size="small" /> {t('connect.waiting')}
    </p>
  )
}

/** By the live feed at once; by asking again where the feed is down. */
function useArrival(deviceId: string): Arrival {
  const { api, link } = useServices()
  const [arrival, setArrival] = useState<Arrival>({ readings: [], rejection: null })
  const hasArrived = arrival.readings.length > 0
  useEffect(() => {
    if (hasArrived) return
    const abort = new AbortController()
    const take = (readings: readonly (LiveReading | LatestReadingDto)[]) => {
      const mine = readings.filter((reading) => reading.deviceId === deviceId)
      if (mine.length > 0) setArrival({ readings: mine, rejection: null })
    }
    const look = async () => {
      const [latest, rejected] = await Promise.all([
        api.latestReadings(deviceId, abort.signal),
        api.rejectedMessages(deviceId, abort.signal),
      ])
      const [newest] = rejected.items
      if (newest !== undefined) setArrival({ readings: [], rejection: newest.detail })
      take(latest.items)
    }
    // A look that fails is followed by the next one.
    const timer = setInterval(() => void look().catch(() => undefined), LOOK_INTERVAL_MS)
    const stop = link.watch([deviceId], take)
    return () => {
      clearInterval(timer)
      abort.abort()
      stop()
    }
  }, [api, link, deviceId, hasArrived])
  return arrival
}
