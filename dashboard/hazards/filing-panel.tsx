import { Alert, App as AntApp, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilingGap, HazardSourcePage } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { AcceptDialog, ReturnDialog } from './decision-dialogs.tsx'
import { FormLinks } from './form-links.tsx'
import { ARCHIVE_ITEM_NAMES } from './hazard-words.ts'
import { ReassessmentQuestions } from './reassessment-questions.tsx'
import { CancellationDialog, SignDialog } from './sign-dialogs.tsx'
import type { DraftEdit } from './use-draft.ts'

interface FilingProps {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
  readonly onPage: (page: HazardSourcePage) => void
  readonly onGo: (gap: FilingGap) => void
  readonly onReload: () => void
}

/** Where the filing stands, and what the one who looks may do about it. */
export function FilingPanel(props: FilingProps) {
  const { t } = useTranslation()
  const { page, edit } = props
  return (
    <div className="hazard-filing">
      <Waiting {...props} />
      {page.remarks.length > 0 && (
        <section>
          <h3>{t('hazard.remarks')}</h3>
          <ul className="hazard-remarks">
            {page.remarks.map((remark) => (
              <li key={remark.item + remark.text}>
                <strong>{t(`archiveItem.${remark.item}`)}</strong>
                <span>{remark.text}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {page.may.draft && !edit.isLocked && <FirmSide {...props} />}
      <section>
        <h3>{t('hazard.forms')}</h3>
        <FormLinks sourceId={page.id} version="draft" />
      </section>
    </div>
  )
}

/** What was submitted and waits: the firm may withdraw it, an officer decides. */
function Waiting(props: FilingProps) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { page } = props
  const { pending } = page
  if (pending === null) return null
  const isCancellation = pending.kind === 'cancellation'
  const facts = {
    name: pending.signedName,
    time: words.instant(pending.submittedAt, nowMs),
    reason: pending.reason,
  }
  return (
    <Alert
      type="info"
      className="hazard-waiting"
      title={isCancellation ? t('hazard.waitingCancellation', facts) : t('hazard.waiting', facts)}
      description={
        <>
          <p className="quiet">
            {isCancellation
              ? t('hazard.cancelHint', { days: page.terms.cancellationDecisionDays })
              : t('hazard.decisionTerm', { days: page.terms.decisionDays })}
          </p>
          {page.may.decide && <Decision {...props} version={pending.version} />}
          {page.may.draft && <Withdraw {...props} />}
        </>
      }
    />
  )
}

function Decision(props: FilingProps & { readonly version: number }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'accept' | 'return' | null>(null)
  const isCancellation = props.page.pending?.kind === 'cancellation'
  const close = (page: HazardSourcePage | null) => {
    setOpened(null)
    if (page !== null) props.onPage(page)
  }
  return (
    <div className="buttons">
      <span>{t('hazard.you')}</span>
      <Button type="primary" onClick={() => setOpened('accept')}>
        {t(isCancellation ? 'hazard.grant' : 'hazard.accept')}
      </Button>
      <Button onClick={() => setOpened('return')}>
        {t(isCancellation ? 'hazard.refuse' : 'hazard.return')}
      </Button>
      {opened === 'accept' && (
        <AcceptDialog
          page={props.page}
          version={props.version}
          isCancellation={isCancellation}
          onClose={close}
          onOvertaken={props.onReload}
        />
      )}
      {opened === 'return' && (
        <ReturnDialog
          page={props.page}
          version={props.version}
          onClose={close}
          onOvertaken={props.onReload}
        />
      )}
    </div>
  )
}

function Withdraw(props: FilingProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = AntApp.useApp()
  async function withdraw(): Promise<void> {
    try {
      props.onPage(await api.withdrawFiling(props.page.id))
    } catch (error) {
      void message.error(problemText(t, error))
      props.onReload()
    }
  }
  return (
    <Popconfirm title={t('hazard.withdrawConfirm')} onConfirm={() => void withdraw()}>
      <Button>{t('hazard.withdraw')}</Button>
    </Popconfirm>
  )
}

function FirmSide(props: FilingProps) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'sign' | 'cancel' | null>(null)
  const { page, edit } = props
  const close = (next: HazardSourcePage | null) => {
    setOpened(null)
    if (next !== null) props.onPage(next)
  }
  return (
    <>
      {page.reassessment.length > 0 && <ReassessmentQuestions page={page} edit={edit} />}
      <section>
        <h3>
          {page.gaps.length === 0
            ? t('hazard.gapsNone')
            : t('hazard.gapsTitle', { count: page.gaps.length })}
        </h3>
        <GapList gaps={page.gaps} onGo={props.onGo} />
      </section>
      <div className="buttons">
        <Button type="primary" disabled={page.gaps.length > 0} onClick={() => setOpened('sign')}>
          {t('hazard.sign')}
        </Button>
        {page.filing.inForceVersion !== null && (
          <Button onClick={() => setOpened('cancel')}>{t('hazard.cancelSource')}</Button>
        )}
        <span className="quiet">{t('hazard.filingTerm', { days: page.terms.filingDays })}</span>
      </div>
      {opened === 'sign' && <SignDialog page={page} edit={edit} onClose={close} />}
      {opened === 'cancel' && <CancellationDialog page={page} edit={edit} onClose={close} />}
    </>
  )
}

/** By item of the archive, each with the way to where it is filled in. */
function GapList(props: {
  readonly gaps: readonly FilingGap[]
  readonly onGo: (gap: FilingGap) => void
}) {
  const { t } = useTranslation()
  const items = ARCHIVE_ITEM_NAMES.filter((item) => props.gaps.some((gap) => gap.item === item))
  return (
    <ul className="hazard-gaps">
      {items.map((item) => (
        <li key={item}>
          <strong>{t(`archiveItem.${item}`)}</strong>
          <ul>
            {props.gaps
              .filter((gap) => gap.item === item)
              .map((gap) => (
                <li key={`${gap.path} ${gap.code} ${gap.issue ?? ''}`}>
                  <Button type="link" size="small" onClick={() => props.onGo(gap)}>
                    <GapWords gap={gap} />
                  </Button>
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ul>
  )
}

function GapWords({ gap }: { readonly gap: FilingGap }) {
  const { t } = useTranslation()
  if (gap.issue !== null) return t(`hazardIssue.${gap.issue}`)
  const role = (['principal', 'technical', 'operating'] as const).find(
    (name) => gap.path === `persons.${name}`,
  )
  const about =
    gap.trigger !== null ? t(`trigger.${gap.trigger}`) : role && t(`responsible.${role}`)
  const words = t(`filingGap.${gap.code}`)
  return about === undefined ? words : `${words}: ${about}`
}
