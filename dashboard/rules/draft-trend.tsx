import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import { setpointsOfRule } from '../trend/alarm-marks.ts'
import { DeviceSelect } from './device-select.tsx'
import { type Draft, textAt, valueAt } from './draft-path.ts'
import { scopeOf } from './draft-scope.ts'
import { PointTrend, useDevicesOf } from './rule-at-work.tsx'

/** The point as one of its devices sends it, with the set-points where they are being put. */
export function DraftTrend(props: { readonly draft: Draft; readonly plant: Plant }) {
  const { t } = useTranslation()
  const { draft, plant } = props
  const scope = useMemo(() => scopeOf(draft), [draft])
  const devices = useDevicesOf(scope, plant)
  const [chosen, setChosen] = useState<string | null>(null)
  const known = devices.some(({ id }) => id === chosen) ? chosen : null
  const deviceId = known ?? devices[0]?.id ?? null
  const point = textAt(draft, 'point')
  const condition = valueAt(draft, 'condition')
  const setpoints = useMemo(
    // Half-written conditions are drawn as far as they go.
    () =>
      Array.isArray(valueAt(condition, 'setpoints'))
        ? setpointsOfRule({ condition: condition as Rule['condition'] })
        : [],
    [condition],
  )
  if (point === '' || deviceId === null) return null
  return (
    <section className="panel" data-testid="draft-trend">
      <header className="panel-head">
        <h2>{t('rule.trend')}</h2>
        <DeviceSelect devices={devices} deviceId={deviceId} onChange={setChosen} />
      </header>
      <PointTrend
        key={`${deviceId} ${point}`}
        profileIds={scope.profileIds}
        point={point}
        setpoints={setpoints}
        plant={plant}
        deviceId={deviceId}
      />
    </section>
  )
}
