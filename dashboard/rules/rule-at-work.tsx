import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device, Rule } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { setpointsOfRule } from '../trend/alarm-marks.ts'
import { TrendPanel } from '../trend/trend-panel.tsx'
import { DeviceSelect } from './device-select.tsx'
import { ExplanationPanel } from './explanation-panel.tsx'

const HOUR_MS = 3_600_000
const STEP_MS = 60_000

/** The rule on one of its devices: the point with the set-points drawn, and how it is judged right now. */
export function RuleAtWork(props: { readonly rule: Rule; readonly plant: Plant }) {
  const { t } = useTranslation()
  const { rule, plant } = props
  const devices = useDevicesOf(rule, plant)
  const [chosen, setChosen] = useState<string | null>(null)
  const deviceId = chosen ?? devices[0]?.id ?? null
  const setpoints = useMemo(() => setpointsOfRule(rule), [rule])
  return (
    <section className="panel">
      <header className="panel-head">
        <h2>{t('rule.explain')}</h2>
        <DeviceSelect devices={devices} deviceId={deviceId} onChange={setChosen} />
      </header>
      {deviceId === null ? (
        <p className="quiet">{t('rule.noDevice')}</p>
      ) : (
        <div className="rule-grid">
          <PointTrend
            key={deviceId}
            profileIds={rule.profileIds}
            point={rule.point}
            setpoints={setpoints}
            plant={plant}
            deviceId={deviceId}
          />
          <ExplanationPanel deviceId={deviceId} ruleId={rule.id} />
        </div>
      )}
    </section>
  )
}

/** The first devices of its types that it is for. */
export function useDevicesOf(
  rule: Pick<Rule, 'profileIds' | 'organizationIds' | 'siteIds' | 'deviceIds'>,
  plant: Plant,
): readonly Device[] {
  const { api } = useServices()
  const { profileIds, deviceIds, siteIds, organizationIds } = rule
  const key = profileIds.join(',')
  const found = useResource(`devices of ${key}`, async (signal) => {
    const pages = await Promise.all(profileIds.map((id) => api.devicesFound('', signal, id)))
    return pages.flatMap(({ items }) => items)
  })
  return useMemo(() => {
    const isBelow = (organizationId: string): boolean => {
      let id: string | null | undefined = organizationId
      while (id !== null && id !== undefined) {
        if (organizationIds?.includes(id) === true) return true
        id = plant.organizations.get(id)?.parentId
      }
      return false
    }
    const isEverywhere =
      deviceIds === undefined && siteIds === undefined && organizationIds === undefined
    return (found.data ?? []).filter(
      (device) =>
        isEverywhere ||
        deviceIds?.includes(device.id) === true ||
        siteIds?.includes(device.siteId) === true ||
        isBelow(device.organizationId),
    )
  }, [found.data, deviceIds, siteIds, organizationIds, plant])
}

/** The last hour of a point, live, with set-points drawn. */
export function PointTrend(props: {
  readonly profileIds: readonly string[]
  readonly point: string
  readonly setpoints: ReturnType<typeof setpointsOfRule>
  readonly plant: Plant
  readonly deviceId: string
}) {
  const words = useWords()
  const nowMs = useNow()
  const { profileIds, plant, deviceId, setpoints } = props
  const toMs = Math.ceil(nowMs / STEP_MS) * STEP_MS
  const profile = profileIds.flatMap((id) => plant.profiles.get(id) ?? [])[0]
  const point = profile?.points.find(({ name }) => name === props.point)
  const request = useMemo(
    () => ({
      deviceId,
      point: props.point,
      fromMs: toMs - HOUR_MS,
      toMs,
      bucket: null,
      silentAfterMs: profile?.silentAfterMs ?? null,
      isLive: true,
    }),
    [deviceId, props.point, toMs, profile],
  )
  return (
    <TrendPanel
      request={request}
      pointLabel={point === undefined ? props.point : words.localized(point.label)}
      unit={point?.unit ?? null}
      isBoolean={point?.kind === 'boolean'}
      setpoints={setpoints}
      spans={NO_SPANS}
    />
  )
}

const NO_SPANS = [] as const
