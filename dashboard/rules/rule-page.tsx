import { App, Button, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import type { Rule } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { ApiError } from '../api/api-client.ts'
import { useResource } from '../api/use-resource.ts'
import { usePlant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { FalseAlarmLine } from './false-alarms.tsx'
import { mayManage } from './may-manage.ts'
import { RuleAtWork } from './rule-at-work.tsx'
import { gradesOf } from './rule-grades.ts'
import { ScopeText } from './rule-rows.tsx'
import { useAct } from './use-act.ts'
import { VersionList } from './version-list.tsx'
import { WordsCard } from './words-card.tsx'

export function RulePage() {
  const { t } = useTranslation()
  const { ruleId = '' } = useParams()
  const { api } = useServices()
  const rule = useResource(`rule ${ruleId}`, (signal) => api.rule(ruleId, signal))
  const isGone = rule.error instanceof ApiError && rule.error.status === 404
  return (
    <div className="page rule-page">
      <Link to="/rules" className="back-link">
        <Icon name="back" size={16} /> {t('rule.back')}
      </Link>
      {isGone && <p>{t('rule.gone')}</p>}
      {rule.error !== null && !isGone && <ErrorNote error={rule.error} onRetry={rule.reload} />}
      {rule.data === null && rule.isLoading && <Skeleton active />}
      {rule.data !== null && <RuleBody rule={rule.data} onChanged={rule.reload} />}
    </div>
  )
}

function RuleBody(props: { readonly rule: Rule; readonly onChanged: () => void }) {
  const { t } = useTranslation()
  const words = useWords()
  const plant = usePlant()
  const { rule } = props
  return (
    <>
      <header className="device-head">
        <div>
          <h1>
            {gradesOf(rule.condition).map((grade) => (
              <GradeMark key={grade} grade={grade} size={20} />
            ))}{' '}
            {words.localized(rule.name)}
          </h1>
          <p className="quiet">
            {rule.id} · {t('rule.versionOf', { version: rule.version })} ·{' '}
            {t(rule.builtIn ? 'rule.shipped' : 'rule.own')} ·{' '}
            {t(rule.enabled ? 'rule.on' : 'rule.off')}
            {rule.safety && (
              <span className="rule-safety" title={t('rule.safetyHint')}>
                {t('rule.safety')}
              </span>
            )}
          </p>
        </div>
        <RuleButtons rule={rule} />
      </header>
      <OpenDraftNote ruleId={rule.id} />
      <div className="rule-grid">
        <section className="panel">
          <h2>{t('rule.inWords')}</h2>
          <WordsCard rule={rule} plant={plant} />
          <p>
            <ScopeText rule={rule} plant={plant} />
          </p>
          {rule.response !== undefined && <p>{words.localized(rule.response)}</p>}
          <FalseAlarmLine ruleId={rule.id} />
        </section>
        <section className="panel">
          <h2>{t('rule.versions')}</h2>
          <VersionList rule={rule} plant={plant} onChanged={props.onChanged} />
        </section>
      </div>
      <RuleAtWork rule={rule} plant={plant} />
    </>
  )
}

function RuleButtons(props: { readonly rule: Rule }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { modal } = App.useApp()
  const account = useAccount()
  const navigate = useNavigate()
  const act = useAct()
  const { rule } = props
  const begin = (draft: { readonly ruleId: string; readonly definition?: null }) =>
    act.run(async () => {
      const { id } = await api.beginRuleDraft(draft)
      void navigate(`/rules/drafts/${id}`)
    })
  const remove = () =>
    void modal.confirm({
      title: t('rule.remove'),
      content: t('rule.removeConfirm'),
      okText: t('rule.remove'),
      cancelText: t('common.cancel'),
      onOk: () => begin({ ruleId: rule.id, definition: null }),
    })
  return (
    <span className="buttons">
      <Button href={`/api/v1/rules-file?ids=${encodeURIComponent(rule.id)}`}>
        {t('rule.exportOne')}
      </Button>
      {mayManage(account) && !rule.builtIn && (
        <Button danger onClick={remove}>
          {t('rule.remove')}
        </Button>
      )}
      {mayManage(account) && (
        <Button type="primary" loading={act.isBusy} onClick={() => begin({ ruleId: rule.id })}>
          {t('rule.change')}
        </Button>
      )}
    </span>
  )
}

function OpenDraftNote(props: { readonly ruleId: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { ruleId } = props
  const drafts = useResource(`drafts of ${ruleId}`, (signal) =>
    api.ruleDrafts({ state: 'open', ruleId }, signal),
  )
  const [draft] = drafts.data?.items ?? []
  if (draft === undefined) return null
  return (
    <p className="rule-open-draft">
      <Link to={`/rules/drafts/${draft.id}`}>
        {t('rule.openDraft')}: {t(`ruleDraft.state_${draft.state}`)}
      </Link>
    </p>
  )
}
