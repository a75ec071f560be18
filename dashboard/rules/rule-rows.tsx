import { Empty, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Rule, RuleDraftDto, RuleQualityDto } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { Cell, Row } from '../ui/row.tsx'
import { useIsNarrow } from '../ui/use-media.ts'
import { VirtualRows } from '../ui/virtual-rows.tsx'
import { FalseAlarmMark, useRuleQuality } from './false-alarms.tsx'
import { gradesOf } from './rule-grades.ts'
import { ruleInWords } from './rule-words.ts'
import { useRuleNames } from './use-rule-names.ts'

const ROW_HEIGHT_WIDE = 60
const ROW_HEIGHT_NARROW = 104

/** The rules, a line each: whether it is on, what it waits for, for whom, and who changed it last. */
export function RuleRows(props: {
  readonly rules: readonly Rule[]
  readonly plant: Plant
  readonly drafts: readonly RuleDraftDto[]
  readonly isLoading: boolean
  readonly isFiltered: boolean
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const isNarrow = useIsNarrow()
  const quality = useRuleQuality()
  const { rules, plant, drafts } = props
  if (rules.length === 0) {
    if (props.isLoading) return <Skeleton active className="rows-skeleton" />
    return (
      <Empty
        className="nothing"
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            <strong>{t(props.isFiltered ? 'rule.emptyFiltered' : 'rule.empty')}</strong>
            {!props.isFiltered && <p className="quiet">{t('rule.emptyHint')}</p>}
          </>
        }
      />
    )
  }
  return (
    <>
      {!isNarrow && (
        <div className="row-head rule-columns">
          <span>{t('rule.state')}</span>
          <span>{t('rule.name')}</span>
          <span>{t('rule.condition')}</span>
          <span>{t('rule.scope')}</span>
          <span>{t('rule.changed')}</span>
        </div>
      )}
      <VirtualRows
        label={t('rule.list')}
        count={rules.length}
        rowHeight={isNarrow ? ROW_HEIGHT_NARROW : ROW_HEIGHT_WIDE}
        renderRow={(index) => {
          const rule = rules[index]
          if (rule === undefined) return null
          return (
            <RuleRow
              key={rule.id}
              index={index}
              rule={rule}
              plant={plant}
              isWaiting={drafts.some(
                ({ ruleId, state }) => ruleId === rule.id && state === 'proposed',
              )}
              quality={quality.get(rule.id)}
              isNarrow={isNarrow}
              onOpen={() => void navigate(`/rules/${encodeURIComponent(rule.id)}`)}
            />
          )
        }}
      />
    </>
  )
}

function RuleRow(props: {
  readonly index: number
  readonly rule: Rule
  readonly plant: Plant
  readonly isWaiting: boolean
  readonly quality: RuleQualityDto | undefined
  readonly isNarrow: boolean
  readonly onOpen: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { rule, plant } = props
  const names = useRuleNames(rule, plant)
  const { condition } = ruleInWords(rule, words.language, names)
  return (
    <Row
      index={props.index}
      className={`${props.isNarrow ? 'rule-card' : 'rule-columns'} ${rule.enabled ? '' : 'is-off'}`}
      data={{ 'data-rule-id': rule.id }}
      onOpen={props.onOpen}
    >
      <Cell className="rule-state">
        <span className={rule.enabled ? 'rule-on' : 'rule-off'}>
          {t(rule.enabled ? 'rule.on' : 'rule.off')}
        </span>
        {props.isWaiting && <span className="cell-sub rule-waiting">{t('rule.waiting')}</span>}
      </Cell>
      <Cell className="rule-name" title={rule.id}>
        <span className="cell-main">{words.localized(rule.name)}</span>
        <span className="cell-sub">
          {gradesOf(rule.condition).map((grade) => (
            <GradeMark key={grade} grade={grade} size={16} />
          ))}
          {rule.safety && <span className="rule-safety">{t('rule.safety')}</span>}
          <FalseAlarmMark quality={props.quality} />
        </span>
      </Cell>
      <Cell className="rule-condition" title={condition}>
        {condition}
      </Cell>
      <Cell className="rule-scope">
        <ScopeText rule={rule} plant={plant} />
      </Cell>
      <Cell className="rule-changed">
        <span className="cell-main">{t('rule.versionOf', { version: rule.version })}</span>
        <span className="cell-sub">
          {rule.origin === 'release' ? t('rule.shipped') : rule.updatedBy} ·{' '}
          {words.instant(rule.updatedAt, nowMs)}
        </span>
      </Cell>
    </Row>
  )
}

/** Device types, and whether all of them or some places only. */
export function ScopeText(props: { readonly rule: Rule; readonly plant: Plant }) {
  const { t } = useTranslation()
  const words = useWords()
  const { rule, plant } = props
  const types = rule.profileIds.map((id) => {
    const profile = plant.profiles.get(id)
    return profile === undefined ? id : words.localized(profile.name)
  })
  const places = [
    ...(rule.organizationIds ?? []).map((id) => plant.organizations.get(id)?.name ?? id),
    ...(rule.siteIds ?? []).map((id) => plant.sites.get(id)?.name ?? id),
    ...(rule.deviceIds ?? []),
  ]
  const where =
    places.length === 0
      ? t('rule.everywhere')
      : places.length <= 2
        ? places.join(', ')
        : t('rule.places', { count: places.length })
  return (
    <>
      <span className="cell-main">
        {types.slice(0, 2).join(', ')}
        {types.length > 2 && ` +${types.length - 2}`}
      </span>
      <span className="cell-sub">{where}</span>
    </>
  )
}
