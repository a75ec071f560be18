import { App as AntApp, Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import type { LiveTank } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { DeviceStatusMark } from '../devices/device-status.tsx'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import type { WatchedSummary } from './watch-panel.tsx'

export function TankList(props: {
  readonly source: WatchedSummary
  readonly tanks: readonly LiveTank[]
  readonly mayManage: boolean
  readonly onEdit: (tank: LiveTank) => void
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  if (props.tanks.length === 0) return <p className="quiet">{t('watch.noTanks')}</p>
  return (
    <ul className="watch-tanks">
      {props.tanks.map((tank) => (
        <TankCard key={tank.id} {...props} tank={tank} />
      ))}
    </ul>
  )
}

function TankCard(props: {
  readonly source: WatchedSummary
  readonly tank: LiveTank
  readonly mayManage: boolean
  readonly onEdit: (tank: LiveTank) => void
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = AntApp.useApp()
  const words = useWords()
  const { tank, source } = props
  const unit = source.units.find(({ id }) => id === tank.unitId)
  const substance = unit?.substances.find(({ id }) => id === tank.substanceId)
  const filled = tank.levelM === null ? 0 : Math.min(1, Math.max(0, tank.levelM / tank.heightM))
  const rounded = (value: number, digits: number) => words.number(Number(value.toFixed(digits)))
  async function remove(): Promise<void> {
    try {
      await api.removeTank(source.id, tank.id)
      props.onChanged()
    } catch (error) {
      void message.error(problemText(t, error))
    }
  }
  return (
    <li className="watch-tank" data-tank={tank.id}>
      <div className="watch-tank-glass" aria-hidden="true">
        <div style={{ height: `${filled * 100}%` }} />
      </div>
      <div className="watch-tank-facts">
        <strong>{tank.name}</strong>
        <span className="quiet">{[unit?.name, substance?.name].filter(Boolean).join(' · ')}</span>
        <span className="watch-tank-mass">
          {tank.tonnes === null
            ? '—'
            : t('watch.tonnes', { value: rounded(Number(tank.tonnes), 2) })}
        </span>
        <span>
          {tank.level === null ? '—' : words.value(tank.level, tank.levelUnit)}
          {tank.temperatureC !== null && ` · ${words.value(tank.temperatureC, '°C')}`}
        </span>
        <span className="quiet">
          {t('watch.volume', {
            now: tank.volumeM3 === null ? '—' : rounded(tank.volumeM3, 1),
            capacity: rounded(tank.capacityM3, 1),
          })}
        </span>
        {tank.isBeyond && <span className="watch-exceeded">{t('watch.beyond')}</span>}
        <DeviceStatusMark device={{ id: tank.deviceId, status: tank.status }} />
        {props.mayManage && (
          <span className="watch-tank-verbs">
            <Button size="small" type="link" onClick={() => props.onEdit(tank)}>
              {t('watch.editTank')}
            </Button>
            <Popconfirm
              title={t('watch.removeTankConfirm', { name: tank.name })}
              description={t('watch.removeTankWarning')}
              onConfirm={() => void remove()}
            >
              <Button size="small" type="link">
                {t('watch.removeTank')}
              </Button>
            </Popconfirm>
          </span>
        )}
      </div>
    </li>
  )
}
