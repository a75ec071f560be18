import { Alert, Button, Input } from 'antd'
import { type ChangeEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule, RuleImport } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useServices } from '../services.tsx'
import { DifferenceList } from './difference-list.tsx'
import { FindingList } from './finding-list.tsx'
import { mayManage } from './may-manage.ts'
import { useAct } from './use-act.ts'

/** Rules out to a file and in from one, with a look at what would happen first. */
export function FilePanel(props: {
  readonly shown: readonly Rule[]
  readonly plant: Plant
  readonly onImported: () => void
}) {
  const { t } = useTranslation()
  const account = useAccount()
  const ids = props.shown.map(({ id }) => id).join(',')
  return (
    <div className="rule-approvals">
      <section className="panel">
        <h2>{t('ruleFile.exportTitle')}</h2>
        <p className="quiet">{t('ruleFile.exportHint')}</p>
        <span className="buttons">
          <Button href="/api/v1/rules-file">{t('ruleFile.exportAll')}</Button>
          {props.shown.length > 0 && (
            <Button href={`/api/v1/rules-file?ids=${encodeURIComponent(ids)}`}>
              {t('ruleFile.exportShown', { count: props.shown.length })}
            </Button>
          )}
        </span>
      </section>
      {mayManage(account) && <ImportPanel plant={props.plant} onImported={props.onImported} />}
    </div>
  )
}

function ImportPanel(props: { readonly plant: Plant; readonly onImported: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const act = useAct()
  const [yaml, setYaml] = useState('')
  const [reason, setReason] = useState('')
  const [plan, setPlan] = useState<RuleImport | null>(null)
  const change = (text: string) => {
    setYaml(text)
    setPlan(null)
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    if (file !== undefined) act.run(async () => change(await file.text()))
  }
  const send = (apply: boolean) =>
    act.run(async () => {
      setPlan(await api.importRules(yaml, { apply, reason }))
      if (apply) props.onImported()
    })
  const count = plan?.items.filter(({ action }) => action === 'new' || action === 'changed').length
  return (
    <section className="panel">
      <h2>{t('ruleFile.importTitle')}</h2>
      <p className="quiet">{t('ruleFile.importHint')}</p>
      <input type="file" accept=".yaml,.yml" aria-label={t('ruleFile.choose')} onChange={choose} />
      <Input.TextArea
        value={yaml}
        className="rule-yaml"
        placeholder={t('ruleFile.paste')}
        aria-label={t('ruleFile.paste')}
        autoSize={{ minRows: 5, maxRows: 14 }}
        onChange={(event) => change(event.target.value)}
      />
      <span className="buttons">
        <Button disabled={yaml.trim() === ''} loading={act.isBusy} onClick={() => send(false)}>
          {t('ruleFile.dryRun')}
        </Button>
        {plan !== null && plan.outcomes.length === 0 && (count ?? 0) > 0 && (
          <>
            <Input
              className="page-search"
              value={reason}
              placeholder={t('ruleFile.reason')}
              aria-label={t('ruleFile.reason')}
              onChange={(event) => setReason(event.target.value)}
            />
            <Button type="primary" loading={act.isBusy} onClick={() => send(true)}>
              {t('ruleFile.apply', { count })}
            </Button>
          </>
        )}
      </span>
      {plan !== null && <ImportPlan plan={plan} plant={props.plant} />}
    </section>
  )
}

function ImportPlan(props: { readonly plan: RuleImport; readonly plant: Plant }) {
  const { t } = useTranslation()
  const words = useWords()
  const { items, outcomes } = props.plan
  const waiting = outcomes.filter(({ outcome }) => outcome === 'waits').length
  return (
    <>
      {outcomes.length > 0 && (
        <Alert
          type="success"
          showIcon
          title={t('ruleFile.done', { active: outcomes.length - waiting, waiting })}
        />
      )}
      {items.length === 0 && <p>{t('ruleFile.nothing')}</p>}
      <ul className="import-items">
        {items.map((item) => (
          <li key={item.line} className={`is-${item.action}`}>
            <span className="quiet">
              {t('ruleFile.line')} {item.line}
            </span>
            <strong>{item.name === null ? item.ruleId : words.localized(item.name)}</strong>
            <span className="import-action">{t(`ruleFile.action_${item.action}`)}</span>
            {item.needsSecondPerson && <span className="rule-milder">{t('ruleFile.waits')}</span>}
            {item.findings.length > 0 && <FindingList findings={item.findings} />}
            {item.action === 'changed' && (
              <DifferenceList
                differences={item.differences}
                loosenings={item.loosenings}
                plant={props.plant}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
