import { App as AntApp, Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Binding } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { DeviceStatusMark } from '../devices/device-status.tsx'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import type { WatchedSummary } from './watch-panel.tsx'

export function BindingList(props: {
  readonly source: WatchedSummary
  readonly bindings: readonly Binding[]
  readonly mayManage: boolean
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = AntApp.useApp()
  const words = useWords()
  async function unbind(id: string): Promise<void> {
    try {
      await api.unbindDevice(props.source.id, id)
      props.onChanged()
    } catch (error) {
      void message.error(problemText(t, error))
    }
  }
  if (props.bindings.length === 0) return <p className="quiet">{t('watch.noBindings')}</p>
  const unitName = (id: string | null) =>
    id === null
      ? t('watch.wholeSource')
      : (props.source.units.find((unit) => unit.id === id)?.name ?? id)
  return (
    <ul className="watch-bindings">
      {props.bindings.map((binding) => (
        <li key={binding.id} data-binding={binding.deviceId}>
          <Link to={`/devices/${encodeURIComponent(binding.deviceId)}`}>{binding.deviceName}</Link>
          <span>{t(`watched.${binding.quantity}`)}</span>
          <span className="quiet">{unitName(binding.unitId)}</span>
          <span className="watch-value">{words.value(binding.value, binding.unit)}</span>
          <DeviceStatusMark device={{ id: binding.deviceId, status: binding.status }} />
          {props.mayManage && (
            <Popconfirm
              title={t('watch.unbindConfirm', { name: binding.deviceName })}
              onConfirm={() => void unbind(binding.id)}
            >
              <Button size="small" type="link">
                {t('watch.unbind')}
              </Button>
            </Popconfirm>
          )}
        </li>
      ))}
    </ul>
  )
}
