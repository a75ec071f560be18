import { Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RejectedMessage } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { bytesOf, payloadAsHex, payloadAsText } from '../format/format.ts'
import { useWords } from '../format/use-words.ts'
import { zh } from '../i18n/zh.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

function isKnownRejection(reason: string): reason is keyof typeof zh.rejection {
  return Object.hasOwn(zh.rejection, reason)
}

/** What the device sent and nobody could read, with the reason: for whoever sets the device up. */
export function RejectedMessages(props: { readonly deviceId: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { deviceId } = props
  const rejected = useResource(`rejected ${deviceId}`, (signal) =>
    api.rejectedMessages(deviceId, signal),
  )
  if (rejected.error !== null) return <ErrorNote error={rejected.error} onRetry={rejected.reload} />
  const items = rejected.data?.items ?? []
  if (items.length === 0 && !rejected.isLoading) {
    return <p className="quiet">{t('device.noRejected')}</p>
  }
  return (
    <ul className="rejected">
      {items.map((message) => (
        <RejectedItem key={message.id} message={message} />
      ))}
    </ul>
  )
}

function RejectedItem(props: { readonly message: RejectedMessage }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const [form, setForm] = useState<'text' | 'hex'>('text')
  const { message } = props
  const shownBytes = bytesOf(message.payload).length
  return (
    <li>
      <p className="rejected-head">
        <span className="number">{words.instant(message.receivedAt, nowMs)}</span>
        <strong>
          {isKnownRejection(message.reason) ? t(`rejection.${message.reason}`) : message.reason}
        </strong>
        <span>{message.detail}</span>
      </p>
      <p className="rejected-topic">
        <code>{message.topic}</code> · {t('device.bytes', { count: message.payloadBytes })}
        {shownBytes < message.payloadBytes && ` ${t('device.cut', { count: shownBytes })}`}
        <Segmented<'text' | 'hex'>
          size="small"
          value={form}
          options={[
            { value: 'text', label: t('device.asText') },
            { value: 'hex', label: t('device.asHex') },
          ]}
          onChange={setForm}
        />
      </p>
      <pre className="payload">
        {form === 'text' ? payloadAsText(message.payload) : payloadAsHex(message.payload)}
      </pre>
    </li>
  )
}
