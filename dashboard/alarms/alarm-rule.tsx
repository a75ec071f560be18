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

function RuleOfAlarm(props: { readonly alarm: AlarmDto }) {
  const plant = usePlant()
  const { deviceId, ruleId } = props.alarm
  return (
    <Suspense fallback={<Skeleton active />}>
      <DeviceRules deviceId={deviceId} ruleId={ruleId} plant={plant} />
    </Suspense>
  )
}
