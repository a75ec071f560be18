import { App, Button, Popconfirm, Space, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ServiceWindowDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'

const HOUR_MS = 3_600_000
const COLORS = {
  scheduled: 'default',
  active: 'processing',
  overdue: 'error',
  finished: 'success',
} as const

/** One window: what, who, why, with which permit, until when, and what can be done. */
export function WindowCard(props: {
  readonly window: ServiceWindowDto
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { window } = props
  const { scope } = window
  const path = scope.kind === 'device' ? `/devices/${encodeURIComponent(scope.deviceId)}` : null
  return (
    <article className="panel window-card" data-window-state={window.state}>
      <div>
        <p>
          <Tag color={COLORS[window.state]}>{t(`windowState.${window.state}`)}</Tag>
          <strong>{t(`windowKind.${window.kind}`)}</strong> ·{' '}
          {path === null ? window.targetName : <Link to={path}>{window.targetName}</Link>}
          {scope.kind === 'device' && scope.point !== null && ` · ${scope.point}`}
          <span className="quiet"> {window.organizationName}</span>
        </p>
        <p>
          {words.instant(window.from, nowMs)} – {words.instant(window.until, nowMs)}
        </p>
        <p className="quiet">
          {[window.permitNumber, window.reason, window.createdBy].filter(Boolean).join(' · ')}
        </p>
        {window.finishedBy !== null && (
          <p className="quiet">
            {t('window.finishedBy', { who: window.finishedBy })}
            {window.finishNote !== null && `: ${window.finishNote}`}
          </p>
        )}
      </div>
      {window.finishedAt === null && <WindowVerbs {...props} />}
    </article>
  )
}

function WindowVerbs(props: { readonly window: ServiceWindowDto; readonly onChanged: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const { role } = useAccount()
  const { window, onChanged } = props
  if (role === 'viewer') return null

  async function act(run: () => Promise<unknown>): Promise<void> {
    try {
      await run()
      onChanged()
    } catch (error) {
      void message.error(problemText(t, error), 6)
    }
  }
  const later = () =>
    new Date(Math.max(Date.now(), Date.parse(window.until)) + HOUR_MS).toISOString()
  return (
    <Space wrap>
      <Popconfirm
        title={t('window.finish')}
        onConfirm={() => void act(() => api.finishServiceWindow(window.id))}
      >
        <Button type="primary">{t('window.finish')}</Button>
      </Popconfirm>
      {role !== 'operator' && window.state !== 'overdue' && (
        <Button onClick={() => void act(() => api.moveServiceWindow(window.id, later()))}>
          {t('window.longer')}
        </Button>
      )}
    </Space>
  )
}
