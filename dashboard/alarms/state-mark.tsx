import { useTranslation } from 'react-i18next'
import { Icon, type IconName } from '../ui/icons.tsx'
import type { ShownState } from './alarm-state.ts'

const ICONS: Readonly<Record<ShownState, IconName>> = {
  normal: 'normal',
  unacknowledged: 'unacknowledged',
  acknowledged: 'acknowledged',
  'returned-unacknowledged': 'returned',
  'latched-unacknowledged': 'latched',
  'latched-acknowledged': 'reset',
  shelved: 'shelved',
  suppressed: 'shelved',
  'out-of-service': 'shelved',
}

/** State as a sign and a word. */
export function StateMark(props: { readonly state: ShownState }) {
  const { t } = useTranslation()
  const needsPerson = props.state.endsWith('unacknowledged')
  return (
    <span className={needsPerson ? 'state-mark is-waiting' : 'state-mark'}>
      <Icon name={ICONS[props.state]} />
      <span>{t(`state.${props.state}`)}</span>
    </span>
  )
}
