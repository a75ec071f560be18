import { Button, Segmented, Select, Switch } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Rule } from '../../gateway/contract.ts'
import { useAll } from '../api/use-all.ts'
import { useResource } from '../api/use-resource.ts'
import { type Plant, usePlant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { PageSearch } from '../ui/page-search.tsx'
import { ApprovalList } from './approval-list.tsx'
import { CalendarPanel } from './calendars/calendar-panel.tsx'
import { FilePanel } from './file-panel.tsx'
import { mayManage } from './may-manage.ts'
import { matchesRule, parseRuleFilter, type RuleFilter } from './rule-filter.ts'
import { RuleRows } from './rule-rows.tsx'
import { TemplateDialog } from './template-dialog.tsx'

const TABS = ['rules', 'approvals', 'calendars', 'file'] as const
type Tab = (typeof TABS)[number]
const TAB_TEXTS = {
  rules: 'rule.tabRules',
  approvals: 'rule.tabApprovals',
  calendars: 'calendar.tab',
  file: 'rule.tabFile',
} as const satisfies Record<Tab, string>

export function RulesPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const account = useAccount()
  const [parameters, setParameters] = useSearchParams()
  const [isAdding, setIsAdding] = useState(false)
  const plant = usePlant()
  const rules = useAll<Rule>('rules', api.rules)
  const drafts = useResource('open drafts', (signal) => api.ruleDrafts({ state: 'open' }, signal))
  const calendarProposals = useResource('open calendar proposals', (signal) =>
    api.calendarProposals('open', signal),
  )
  const waiting = drafts.data?.items ?? []
  const tab = TABS.find((name) => name === parameters.get('tab')) ?? 'rules'
  const filter = useMemo(() => parseRuleFilter(parameters), [parameters])
  const change = (name: string, value: string) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const shown = useShownRules(rules.data ?? [], filter, {
    plant,
    waitingIds: new Set(waiting.map(({ ruleId }) => ruleId)),
  })
  return (
    <div className="page list-page rules-page">
      <header className="page-head">
        <h1>{t('rule.title')}</h1>
        <RuleTabs
          tab={tab}
          drafts={waiting.length}
          calendars={calendarProposals.data?.items.length ?? 0}
          onChange={(name) => change('tab', name === 'rules' ? '' : name)}
        />
        {tab === 'rules' && <RuleFilters filter={filter} plant={plant} onChange={change} />}
        {mayManage(account) && (tab === 'rules' || tab === 'approvals') && (
          <Button
            type="primary"
            className="page-action"
            icon={<Icon name="plus" size={16} />}
            onClick={() => setIsAdding(true)}
          >
            {t('rule.add')}
          </Button>
        )}
      </header>
      {rules.error !== null && <ErrorNote error={rules.error} onRetry={rules.reload} />}
      {tab === 'rules' && (
        <RuleRows
          rules={shown}
          plant={plant}
          drafts={waiting}
          isLoading={rules.isLoading}
          isFiltered={shown.length < (rules.data ?? []).length}
        />
      )}
      {tab === 'approvals' && <ApprovalList open={drafts} calendars={calendarProposals} />}
      {tab === 'calendars' && (
        <CalendarPanel rules={rules.data ?? []} proposals={calendarProposals} />
      )}
      {tab === 'file' && (
        <FilePanel
          shown={shown}
          plant={plant}
          onImported={() => {
            rules.reload()
            drafts.reload()
          }}
        />
      )}
      {isAdding && <TemplateDialog plant={plant} onClose={() => setIsAdding(false)} />}
    </div>
  )
}

/** With how much waits for a second person under each. */
function RuleTabs(props: {
  readonly tab: Tab
  readonly drafts: number
  readonly calendars: number
  readonly onChange: (tab: Tab) => void
}) {
  const { t } = useTranslation()
  const { drafts, calendars } = props
  const waiting: Readonly<Record<Tab, number>> = {
    rules: 0,
    approvals: drafts + calendars,
    calendars,
    file: 0,
  }
  const label = (name: Tab) =>
    waiting[name] > 0 ? `${t(TAB_TEXTS[name])} (${waiting[name]})` : t(TAB_TEXTS[name])
  return (
    <Segmented<Tab>
      value={props.tab}
      options={TABS.map((name) => ({ value: name, label: label(name) }))}
      onChange={props.onChange}
    />
  )
}

function useShownRules(
  rules: readonly Rule[],
  filter: RuleFilter,
  about: { readonly plant: Plant; readonly waitingIds: ReadonlySet<string> },
): readonly Rule[] {
  const words = useWords()
  const { plant, waitingIds } = about
  return rules.filter((rule) =>
    matchesRule(rule, filter, {
      families: rule.profileIds.flatMap((id) => plant.profiles.get(id)?.family ?? []),
      profileNames: rule.profileIds.flatMap((id) => {
        const profile = plant.profiles.get(id)
        return profile === undefined ? [] : [words.localized(profile.name)]
      }),
      isWaiting: waitingIds.has(rule.id),
    }),
  )
}

function RuleFilters(props: {
  readonly filter: RuleFilter
  readonly plant: Plant
  readonly onChange: (name: string, value: string) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { filter, plant, onChange } = props
  const profiles = [...plant.profiles.values()].map(({ id, name }) => ({
    value: id,
    label: words.localized(name),
  }))
  return (
    <>
      <PageSearch
        text={filter.text}
        label={t('rule.search')}
        onChange={(text) => onChange('q', text)}
      />
      <Select
        className="state-filter"
        value={filter.profileId ?? ''}
        aria-label={t('rule.family')}
        options={[{ value: '', label: t('rule.anyFamily') }, ...profiles]}
        onChange={(id) => onChange('profile', id)}
      />
      <Select
        className="state-filter"
        value={filter.state ?? ''}
        aria-label={t('rule.state')}
        options={[
          { value: '', label: t('rule.anyState') },
          ...(['on', 'off', 'waiting'] as const).map((state) => ({
            value: state,
            label: t(`rule.${state}`),
          })),
        ]}
        onChange={(state) => onChange('state', state)}
      />
      <label className="switch-filter" title={t('rule.safetyHint')} htmlFor="only-safety">
        <Switch
          id="only-safety"
          size="small"
          checked={filter.isSafetyOnly}
          onChange={(checked) => onChange('safety', checked ? 'yes' : '')}
        />
        <span>{t('rule.onlySafety')}</span>
      </label>
    </>
  )
}
