import { App, Button, Form, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { HandoverDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { usePages } from '../api/use-pages.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Situation } from './situation.tsx'

/** Change of shift: what stands is frozen and signed by who goes, then by who comes. */
export function HandoverPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const { role } = useAccount()
  const situation = useResource('situation', api.handoverSituation)
  const past = usePages<HandoverDto>('handovers', api.handovers)
  return (
    <div className="page handover-page">
      <header className="page-head">
        <h1>{t('handover.title')}</h1>
        <Button className="page-action" onClick={situation.reload}>
          {t('common.refresh')}
        </Button>
      </header>
      <section className="panel">
        <h2>{t('handover.past')}</h2>
        {past.error !== null && <ErrorNote error={past.error} onRetry={past.reload} />}
        <PastHandovers items={past.items} />
        {past.hasMore && past.items.length > 0 && (
          <Button onClick={past.loadMore} loading={past.isLoading}>
            {t('common.loadMore')}
          </Button>
        )}
      </section>
      {role !== 'viewer' && <SignForm />}
      {situation.error !== null && <ErrorNote error={situation.error} onRetry={situation.reload} />}
      {situation.data === null && situation.isLoading && <Skeleton active />}
      {situation.data !== null && <Situation situation={situation.data} />}
    </div>
  )
}

function SignForm() {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const { displayName } = useAccount()
  const [isBusy, setIsBusy] = useState(false)

  async function sign(draft: { notes?: string; password: string }): Promise<void> {
    setIsBusy(true)
    try {
      const signed = await api.signHandover({ notes: draft.notes ?? '', password: draft.password })
      void navigate(`/handovers/${signed.id}`)
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <section className="panel">
      <h2>{t('handover.new')}</h2>
      <p className="quiet">{t('handover.newHint')}</p>
      <Form layout="vertical" className="handover-form" onFinish={(draft) => void sign(draft)}>
        <Form.Item name="notes" label={t('handover.notes')}>
          <Input.TextArea
            rows={4}
            maxLength={2_000}
            showCount
            placeholder={t('handover.notesHint')}
          />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('handover.passwordOf', { name: displayName })}
          rules={[{ required: true, message: t('login.passwordMissing') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('handover.sign')}
        </Button>
      </Form>
    </section>
  )
}

function PastHandovers(props: { readonly items: readonly HandoverDto[] }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  if (props.items.length === 0) return <p className="quiet">{t('handover.nonePast')}</p>
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('handover.at')}</th>
            <th>{t('handover.outgoing')}</th>
            <th>{t('handover.incoming')}</th>
            <th>{t('handover.notes')}</th>
          </tr>
        </thead>
        <tbody>
          {props.items.map((item) => (
            <tr key={item.id}>
              <td>
                <Link to={`/handovers/${item.id}`}>{words.instant(item.createdAt, nowMs)}</Link>
              </td>
              <td>{item.outgoing}</td>
              <td>{item.incoming ?? <strong>{t('handover.waits')}</strong>}</td>
              <td className="handover-note">{item.notes}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
