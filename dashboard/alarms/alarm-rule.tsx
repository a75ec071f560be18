import { Collapse, Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { usePlant } from '../devices/use-plant.ts'

// Asked for rarely, and the alarm page must be there at once.
const DeviceRules = lazy(async () => ({
  default: (await import('../rules/device-rules.tsx')).DeviceRules,
}))

/** The rule behind an alarm, in words, and how it judges the point right now; loaded when it is opened. */
export function AlarmRule(props: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const { alarm } = props
  const item = {
    key: 'rule',
    label: t('detail.ruleNow'),
    children: <RuleOfAlarm key={alarm.id} alarm={alarm} />,
  }
  return <Collapse ghost size="small" className="alarm-rule" items={[item]} destroyOnHidden />
}

/** Of an alarm that the gateway raises itself, on the device, when a service window is not finished in time. */
const WINDOW_OVERDUE = 'service-window-overdue'

/** Not every alarm is made by a rule, and a rule may be gone while its alarm stands. */
function absenceOf({ drill, ruleId }: AlarmDto) {
  if (drill) return 'detail.byDrill'
  return ruleId === WINDOW_OVERDUE ? 'detail.byWindow' : 'detail.ruleGone'
}

function RuleOfAlarm(props: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const plant = usePlant()
  const { deviceId, ruleId } = props.alarm
  const only = { ruleId, absent: t(absenceOf(props.alarm)) }
  return (
    <Suspense fallback={<Skeleton active />}>
      <DeviceRules deviceId={deviceId} only={only} plant={plant} />
    </Suspense>
  )
}
