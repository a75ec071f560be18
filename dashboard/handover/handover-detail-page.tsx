import { App, Button, Form, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { HandoverDetail } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Situation } from './situation.tsx'

/** One hand-over as it was signed; to print, and for who comes to sign. */
export function HandoverDetailPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const { handoverId = '' } = useParams()
  const loaded = useResource(handoverId, (signal) => api.handover(handoverId, signal))
  const { data } = loaded
  return (
    <div className="page handover-page is-printable">
      <header className="page-head">
        <h1>{t('handover.one')}</h1>
        <Link to="/handovers" className="no-print">
          {t('handover.back')}
        </Link>
        <Button className="page-action no-print" onClick={() => window.print()}>
          {t('handover.print')}
        </Button>
      </header>
      {loaded.error !== null && <ErrorNote error={loaded.error} onRetry={loaded.reload} />}
      {data === null && loaded.isLoading && <Skeleton active />}
      {data !== null && (
        <>
          <Signatures handover={data} />
          {data.incoming === null && <TakeOver handover={data} onSigned={loaded.reload} />}
          <Situation situation={data.situation} />
        </>
      )}
    </div>
  )
}

function Signatures(props: { readonly handover: HandoverDetail }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { handover } = props
  return (
    <section className="panel">
      <dl className="facts">
        <dt>{t('handover.outgoing')}</dt>
        <dd>
          {handover.outgoing} · {words.instant(handover.outgoingAt, nowMs)}
        </dd>
        <dt>{t('handover.incoming')}</dt>
        <dd>
          {handover.incoming === null || handover.incomingAt === null ? (
            <strong>{t('handover.waits')}</strong>
          ) : (
            `${handover.incoming} · ${words.instant(handover.incomingAt, nowMs)}`
          )}
        </dd>
        <dt>{t('handover.notes')}</dt>
        <dd className="handover-note">{handover.notes || '–'}</dd>
        {handover.incomingNotes && (
          <>
            <dt>{t('handover.incomingNotes')}</dt>
            <dd className="handover-note">{handover.incomingNotes}</dd>
          </>
        )}
        <dt>SHA-256</dt>
        <dd className="fact-id">{handover.digest}</dd>
      </dl>
    </section>
  )
}

function TakeOver(props: { readonly handover: HandoverDetail; readonly onSigned: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const account = useAccount()
  const [isBusy, setIsBusy] = useState(false)
  const isOwn = account.username === props.handover.outgoing
  if (account.role === 'viewer') return null

  async function sign(draft: { username: string; password: string; notes?: string }) {
    setIsBusy(true)
    try {
      await api.acceptHandover(props.handover.id, { ...draft, notes: draft.notes ?? '' })
      void message.success(t('handover.done'))
      props.onSigned()
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <section className="panel no-print">
      <h2>{t('handover.takeOver')}</h2>
      <p className="quiet">{t('handover.takeOverHint')}</p>
      <Form
        layout="vertical"
        className="handover-form"
        initialValues={{ username: isOwn ? '' : account.username }}
        onFinish={(draft) => void sign(draft)}
      >
        <Form.Item
          name="username"
          label={t('handover.incomingName')}
          rules={[{ required: true, message: t('login.usernameMissing') }]}
        >
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('handover.incomingPassword')}
          rules={[{ required: true, message: t('login.passwordMissing') }]}
        >
          <Input.Password autoComplete="off" />
        </Form.Item>
        <Form.Item name="notes" label={t('handover.incomingNotes')}>
          <Input.TextArea rows={2} maxLength={2_000} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('handover.takeOverSign')}
        </Button>
      </Form>
    </section>
  )
}
