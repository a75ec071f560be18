import { App, Button, Space, Steps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto, CaseFileDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { type CaseAsk, CaseDialog } from './case-dialog.tsx'

const STEPS = ['acknowledge', 'dispatch', 'arrive', 'dispose', 'review', 'close'] as const
type Step = (typeof STEPS)[number]

/** Which buttons a step offers; what is not the next thing to do is not offered. */
const VERBS_OF_STEP: Readonly<Record<Step, readonly CaseAsk[]>> = {
  acknowledge: [],
  dispatch: ['dispatch', 'arrive', 'dispose'],
  arrive: ['arrive', 'dispatch', 'dispose'],
  dispose: ['dispose', 'dispatch'],
  review: ['review', 'sendBack'],
  close: ['closeCase', 'sendBack'],
}

/** The closed loop of an alarm: where it stands, how much time is left, and what comes next. */
export function CasePanel(props: { readonly alarm: AlarmDto; readonly onChanged: () => void }) {
  const { t } = useTranslation()
  const { alarm } = props
  const file = alarm.caseFile
  if (file === null) return null
  const at = file.awaits === null ? STEPS.length : STEPS.indexOf(file.awaits)
  return (
    <section className="case-panel" data-case={file.awaits ?? 'closed'}>
      <h3>{t('case.title')}</h3>
      <Steps
        size="small"
        current={at}
        responsive={false}
        titlePlacement="vertical"
        {...(file.overdueSince === null ? {} : { status: 'error' as const })}
        items={STEPS.map((step) => ({ title: t(`caseStep.${step}`) }))}
      />
      <CaseTime file={file} />
      {file.disposition !== null && (
        <p>
          {t('case.disposedAs')}: <strong>{t(`disposition.${file.disposition}`)}</strong>
          {file.falseAlarmCode !== null && ` · ${t(`falseAlarm.${file.falseAlarmCode}`)}`}
          {file.disposedBy !== null && ` · ${file.disposedBy}`}
        </p>
      )}
      {file.awaits !== null && <CaseButtons step={file.awaits} {...props} />}
    </section>
  )
}

function CaseTime({ file }: { readonly file: CaseFileDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  if (file.awaits === null) return <p className="quiet">{t('case.closed')}</p>
  const step = t(`caseStep.${file.awaits}`)
  if (file.overdueSince !== null) {
    const time = words.age(nowMs - Date.parse(file.overdueSince))
    return (
      <p className="case-overdue">
        {step} · {t('case.overdue', { time })}
      </p>
    )
  }
  if (file.dueAt === null) return <p className="quiet">{t('case.paused')}</p>
  const time = words.age(Math.max(0, Date.parse(file.dueAt) - nowMs))
  return (
    <p>
      {step} · {t('case.left', { time })}
    </p>
  )
}

function CaseButtons(props: {
  readonly step: Step
  readonly alarm: AlarmDto
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api, live } = useServices()
  const { message } = App.useApp()
  const { role } = useAccount()
  const [asked, setAsked] = useState<CaseAsk | null>(null)
  const [busy, setBusy] = useState<CaseAsk | null>(null)
  const { alarm, step, onChanged } = props
  if (role === 'viewer') return null

  async function arrive(): Promise<void> {
    setBusy('arrive')
    try {
      live.dispatch({ type: 'answer', alarm: await api.caseVerb(alarm.id, 'arrive', {}) })
      onChanged()
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setBusy(null)
    }
  }
  return (
    <>
      <Space wrap>
        {VERBS_OF_STEP[step].map((verb, index) => (
          <Button
            key={verb}
            type={index === 0 ? 'primary' : 'default'}
            data-case-verb={verb}
            loading={busy === verb}
            onClick={() => (verb === 'arrive' ? void arrive() : setAsked(verb))}
          >
            {t(`caseVerb.${verb}`)}
          </Button>
        ))}
      </Space>
      {asked !== null && (
        <CaseDialog
          ask={asked}
          alarm={alarm}
          onClose={(hasChanged) => {
            setAsked(null)
            if (hasChanged) onChanged()
          }}
        />
      )}
    </>
  )
}
