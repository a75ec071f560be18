import { App, Button, Input, Modal, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule, RuleVersion } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { DifferenceList } from './difference-list.tsx'
import { mayManage } from './may-manage.ts'
import { useAct } from './use-act.ts'

/** What the rule was: who made it so, when, why, what changed; and the way back. */
export function VersionList(props: {
  readonly rule: Rule
  readonly plant: Plant
  readonly onChanged: () => void
}) {
  const { api } = useServices()
  const [chosen, setChosen] = useState<RuleVersion | null>(null)
  const { rule } = props
  const versions = useResource(`versions ${rule.id} ${rule.version}`, (signal) =>
    api.ruleVersions(rule.id, signal),
  )
  return (
    <>
      {versions.error !== null && <ErrorNote error={versions.error} onRetry={versions.reload} />}
      {versions.data === null && versions.isLoading && <Skeleton active />}
      <ol className="rule-versions">
        {(versions.data?.items ?? []).map((version, index) => (
          <VersionItem
            key={version.version}
            version={version}
            plant={props.plant}
            isCurrent={index === 0}
            onRollBack={() => setChosen(version)}
          />
        ))}
      </ol>
      {chosen !== null && (
        <RollBackDialog
          version={chosen}
          onClose={(hasChanged) => {
            setChosen(null)
            if (hasChanged) props.onChanged()
          }}
        />
      )}
    </>
  )
}

function VersionItem(props: {
  readonly version: RuleVersion
  readonly plant: Plant
  readonly isCurrent: boolean
  readonly onRollBack: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const account = useAccount()
  const nowMs = useNow()
  const { version, isCurrent } = props
  const isFirst = version.version === 1
  return (
    <li data-version={version.version}>
      <div className="rule-version-head">
        <strong>{t('rule.versionOf', { version: version.version })}</strong>
        {isCurrent && <span className="rule-on">{t('ruleVersion.current')}</span>}
        <span>{t(`ruleVersion.origin_${version.origin}`)}</span>
        <span className="quiet">
          {t('ruleVersion.by', {
            who: version.updatedBy,
            when: words.instant(version.updatedAt, nowMs),
          })}
          {version.approvedBy !== null &&
            ` · ${t('ruleVersion.approvedBy', { who: version.approvedBy })}`}
        </span>
        {!isCurrent && mayManage(account) && (
          <Button size="small" onClick={props.onRollBack}>
            {t('ruleVersion.rollBack')}
          </Button>
        )}
      </div>
      <p className={version.reason === '' ? 'quiet' : ''}>
        {version.reason === '' ? t('ruleVersion.noReason') : version.reason}
      </p>
      <SeenBefore version={version} />
      {isFirst ? (
        <p className="quiet">{t('ruleVersion.first')}</p>
      ) : version.differences.length === 0 ? (
        <p className="quiet">{t('ruleVersion.nothing')}</p>
      ) : (
        <DifferenceList
          differences={version.differences}
          loosenings={version.loosenings}
          plant={props.plant}
        />
      )}
    </li>
  )
}

/** What those who put it in force had before their eyes. */
function SeenBefore(props: { readonly version: RuleVersion }) {
  const { t } = useTranslation()
  const words = useWords()
  const { lookBack, origin } = props.version
  if (lookBack === null || lookBack.seenBy.length === 0) {
    // What a release brings was tried by whoever made it.
    if (origin === 'release') return null
    return (
      <p className="quiet" data-testid="seen-before">
        {t('lookBack.notSeen')}
      </p>
    )
  }
  const { seenBy, readings, draft, active, activeVersion } = lookBack
  const said = (count: number | null) =>
    count === null ? t('lookBack.not_at_all') : t('lookBack.times', { times: words.number(count) })
  return (
    <p className="quiet" data-testid="seen-before">
      {readings === 0
        ? t('lookBack.seenNothing', { who: seenBy.join(', ') })
        : t(activeVersion === 0 ? 'lookBack.seenNew' : 'lookBack.seen', {
            who: seenBy.join(', '),
            draft: said(draft),
            active: said(active),
          })}
    </p>
  )
}

function RollBackDialog(props: {
  readonly version: RuleVersion
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const act = useAct()
  const [reason, setReason] = useState('')
  const { version } = props
  const rollBack = async () => {
    const outcome = await api.rollBackRule(version.id, version.version, reason)
    if (outcome.outcome === 'waits') void message.info(t('ruleVersion.waits'), 6)
    else void message.success(t('ruleVersion.done', { version: outcome.version ?? '' }))
    props.onClose(true)
  }
  return (
    <Modal
      open
      title={t('ruleVersion.rollBackTitle', { version: version.version })}
      okText={t('ruleVersion.rollBack')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: version.safety && reason.trim() === '' }}
      confirmLoading={act.isBusy}
      onOk={() => act.run(rollBack)}
      onCancel={() => props.onClose(false)}
    >
      <p>{t('ruleVersion.rollBackHint', { version: version.version })}</p>
      <Input.TextArea
        value={reason}
        aria-label={t('ruleVersion.reason')}
        placeholder={t(version.safety ? 'ruleVersion.reasonRequired' : 'ruleVersion.reason')}
        autoSize={{ minRows: 2 }}
        onChange={(event) => setReason(event.target.value)}
      />
    </Modal>
  )
}
