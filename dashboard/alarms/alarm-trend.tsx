import { useMemo } from 'react'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useNow, useServices } from '../services.tsx'
import { setpointsOfRule, spanOfAlarm } from '../trend/alarm-marks.ts'
import { TrendPanel } from '../trend/trend-panel.tsx'

const AROUND_MS = 30 * 60_000
/** The end of the shaded span moves in steps, so that the chart is not drawn anew each second. */
const SPAN_STEP_MS = 5_000

/** Half an hour before and after the alarm began, as far as it has come. */
export function AlarmTrend(props: { readonly alarm: AlarmDto }) {
  const { alarm } = props
  const { api } = useServices()
  const nowMs = useNow()
  const rule = useResource(alarm.ruleId, (signal) => api.rule(alarm.ruleId, signal))
  const raisedAtMs = Date.parse(alarm.raisedAt)
  const isUnderWay = nowMs < raisedAtMs + AROUND_MS
  const spanEndMs = Math.floor(nowMs / SPAN_STEP_MS) * SPAN_STEP_MS

  const request = useMemo(
    () => ({
      deviceId: alarm.deviceId,
      point: alarm.point,
      fromMs: raisedAtMs - AROUND_MS,
      toMs: raisedAtMs + AROUND_MS,
      bucket: null,
      silentAfterMs: null,
      isLive: isUnderWay,
    }),
    [alarm.deviceId, alarm.point, raisedAtMs, isUnderWay],
  )
  const { raisedAt, returnedAt, closedAt, grade, setpoint } = alarm
  const setpoints = useMemo(() => {
    if (rule.data !== null) return setpointsOfRule(rule.data)
    return typeof setpoint === 'number' ? [{ value: setpoint, grade }] : []
  }, [rule.data, setpoint, grade])
  const spans = useMemo(
    () => [spanOfAlarm({ raisedAt, returnedAt, closedAt, grade }, spanEndMs)],
    [raisedAt, returnedAt, closedAt, grade, spanEndMs],
  )
  return (
    <TrendPanel
      request={request}
      pointLabel={alarm.point}
      unit={alarm.unit}
      isBoolean={typeof alarm.value === 'boolean'}
      setpoints={setpoints}
      spans={spans}
    />
  )
}
