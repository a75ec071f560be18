import { Button, Empty, Modal, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  HazardSourceDiff,
  HazardSourcePage,
  HazardSourceVersion,
} from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { FormLinks } from './form-links.tsx'
import { useFieldLabel, useLevelName } from './hazard-words.ts'

interface Compared {
  readonly from: number
  readonly to: number | 'draft'
}

/** Every submission as it was, what became of it, and what differs. */
export function VersionPanel(props: { readonly page: HazardSourcePage }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { page } = props
  const [compared, setCompared] = useState<Compared | null>(null)
  const versions = useResource(`hazard versions ${page.id} ${page.revision}`, (signal) =>
    api.hazardVersions(page.id, signal),
  )
  if (versions.error !== null) return <ErrorNote error={versions.error} onRetry={versions.reload} />
  if (versions.data === null) return <Skeleton active />
  const { items } = versions.data
  if (items.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('hazard.noVersions')} />
  }
  return (
    <>
      <ol className="hazard-versions">
        {items.map((version) => (
          <VersionItem
            key={version.version}
            page={page}
            version={version}
            onCompare={setCompared}
          />
        ))}
      </ol>
      {compared !== null && (
        <DiffDialog page={page} compared={compared} onClose={() => setCompared(null)} />
      )}
    </>
  )
}

function VersionItem(props: {
  readonly page: HazardSourcePage
  readonly version: HazardSourceVersion
  readonly onCompare: (compared: Compared) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { version, page, onCompare } = props
  const { version: number } = version
  return (
    <li className="panel" data-version={number}>
      <header className="hazard-version-head">
        <h3>
          {t('hazard.submission', { version: number })} · {t(`versionKind.${version.kind}`)}
        </h3>
        <span className={`hazard-chip is-${version.outcome}`}>
          {t(`versionOutcome.${version.outcome}`)}
        </span>
        {version.number !== null && <strong>{version.number}</strong>}
      </header>
      <p className="quiet">
        {t('hazard.submittedBy', {
          name: version.signedName,
          user: version.submittedBy,
          time: words.instant(version.submittedAt, nowMs),
        })}
        {version.decidedAt !== null && (
          <>
            {' · '}
            {t('hazard.decidedBy', {
              user: version.decidedBy,
              time: words.instant(version.decidedAt, nowMs),
            })}
          </>
        )}
      </p>
      {version.reason !== '' && <p>{version.reason}</p>}
      {version.remarks.length > 0 && (
        <ul className="hazard-remarks">
          {version.remarks.map((remark) => (
            <li key={remark.item + remark.text}>
              <strong>{t(`archiveItem.${remark.item}`)}</strong>
              <span>{remark.text}</span>
            </li>
          ))}
        </ul>
      )}
      <FormLinks sourceId={page.id} version={number} />
      <div className="buttons">
        <Button size="small" onClick={() => onCompare({ from: number, to: 'draft' })}>
          {t('hazard.compareDraft')}
        </Button>
        {number > 1 && (
          <Button size="small" onClick={() => onCompare({ from: number - 1, to: number })}>
            {t('hazard.compareBefore')}
          </Button>
        )}
      </div>
    </li>
  )
}

function DiffDialog(props: {
  readonly page: HazardSourcePage
  readonly compared: Compared
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { from, to } = props.compared
  const diff = useResource(`hazard diff ${props.page.id} ${from} ${to}`, (signal) =>
    api.hazardDiff(props.page.id, from, to, signal),
  )
  const target = to === 'draft' ? t('hazard.diffDraft') : t('hazard.submission', { version: to })
  return (
    <Modal
      open
      width={860}
      footer={null}
      title={t('hazard.diffTitle', { from, to: target })}
      onCancel={props.onClose}
    >
      {diff.error !== null && <ErrorNote error={diff.error} onRetry={diff.reload} />}
      {diff.data !== null && <DiffTable diff={diff.data} />}
    </Modal>
  )
}

function DiffTable({ diff }: { readonly diff: HazardSourceDiff }) {
  const { t } = useTranslation()
  const fieldLabel = useFieldLabel()
  const figuresOf = useFigures()
  if (diff.changes.length === 0) return <p>{t('hazard.diffNone')}</p>
  const empty = { added: t('hazard.added'), removed: t('hazard.removed'), changed: '—' }
  return (
    <div className="table-scroll">
      <table className="hazard-diff">
        <thead>
          <tr>
            <th>{t('hazard.diffField')}</th>
            <th>{t('hazard.diffBefore')}</th>
            <th>{t('hazard.diffAfter')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('hazard.calculation')}</th>
            <td>{figuresOf(diff.before)}</td>
            <td>{figuresOf(diff.after)}</td>
          </tr>
          {diff.changes.map((change, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a comparison that is read once.
            <tr key={index} data-path={change.path}>
              <th scope="row">
                {fieldLabel(change.path)}
                {change.where.length > 0 && (
                  <span className="quiet">{change.where.join(' · ')}</span>
                )}
              </th>
              <td>{change.before ?? '—'}</td>
              <td>{change.after ?? (change.kind === 'removed' ? empty.removed : '—')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function useFigures() {
  const levelName = useLevelName()
  return ({ s, r, hazardLevel }: HazardSourceDiff['before']) => {
    const majorHazard = s === null ? null : Number(s) >= 1
    return `S ${s ?? '—'} · R ${r ?? '—'} · ${levelName({ hazardLevel, majorHazard })}`
  }
}
