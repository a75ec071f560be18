import { Skeleton } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { RuleDraftDto } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { type Plant, usePlant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { ActivationPanel } from './activation-panel.tsx'
import { BackTestPanel } from './back-test-panel.tsx'
import { DraftProvider } from './draft-context.tsx'
import { textAt } from './draft-path.ts'
import { DraftTrend } from './draft-trend.tsx'
import { RuleForm } from './rule-form.tsx'
import { TryPanel } from './try-panel.tsx'
import { useDraftEditor } from './use-draft-editor.ts'
import { WordsCard } from './words-card.tsx'

/** A rule being written: the fields, what they mean in words, what speaks against it, and what it would have done. */
export function DraftPage() {
  const { draftId = '' } = useParams()
  const { t } = useTranslation()
  const { api } = useServices()
  const plant = usePlant()
  const draft = useResource(`draft ${draftId}`, (signal) => api.ruleDraft(draftId, signal))
  return (
    <div className="page rule-page">
      <Link to="/rules?tab=approvals" className="back-link">
        <Icon name="back" size={16} /> {t('rule.tabApprovals')}
      </Link>
      {draft.error !== null && <ErrorNote error={draft.error} onRetry={draft.reload} />}
      {draft.data === null && draft.isLoading && <Skeleton active />}
      {draft.data !== null && <DraftBody key={draftId} loaded={draft.data} plant={plant} />}
    </div>
  )
}

function DraftBody(props: { readonly loaded: RuleDraftDto; readonly plant: Plant }) {
  const { t } = useTranslation()
  const words = useWords()
  const editor = useDraftEditor(props.loaded)
  const { plant } = props
  const { saved, draft, set, check } = editor
  const isReadOnly = !saved.may.edit
  const editing = useMemo(
    () => ({ draft, set, findings: check.findings, isReadOnly, plant }),
    [draft, set, check.findings, isReadOnly, plant],
  )
  const isNew = saved.baseVersion === 0
  const title =
    saved.definition === null
      ? t('ruleDraft.titleRemove')
      : t(isNew ? 'ruleDraft.title' : 'ruleDraft.titleChange')
  const hasErrors = check.findings.some(({ severity }) => severity === 'error')
  return (
    <>
      <header className="device-head">
        <h1>
          {title}
          {': '}
          {textAt(draft, `name.${words.language}`) || saved.ruleId}
        </h1>
        {editor.isDirty && <span className="quiet">{t('ruleDraft.unsaved')}</span>}
      </header>
      <div className="rule-grid">
        {saved.definition !== null && (
          <DraftProvider editing={editing}>
            <RuleForm isNew={false} />
          </DraftProvider>
        )}
        <div className="rule-side">
          {saved.definition !== null && (
            <section className="panel">
              <h2>{t('rule.inWords')}</h2>
              <WordsCard rule={draft} plant={plant} />
            </section>
          )}
          {saved.definition !== null && <DraftTrend draft={draft} plant={plant} />}
          <ActivationPanel editor={editor} plant={plant} />
        </div>
      </div>
      {saved.definition !== null && (
        <>
          <BackTestPanel
            draft={draft}
            ruleId={isNew ? null : saved.ruleId}
            hasErrors={hasErrors}
            plant={plant}
          />
          <TryPanel draft={draft} hasErrors={hasErrors} />
        </>
      )}
    </>
  )
}
