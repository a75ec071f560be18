import { Button, Skeleton } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDetail, AlarmDto } from '../../gateway/contract.ts'
import { ApiError } from '../api/api-client.ts'
import { useResource } from '../api/use-resource.ts'
import { AlarmOverlays } from '../cases/alarm-overlays.tsx'
import { AlarmProof } from '../cases/alarm-proof.tsx'
import { CasePanel } from '../cases/case-panel.tsx'
import { useWords } from '../format/use-words.ts'
import { AlarmEmergency } from '../hazards/alarm-emergency.tsx'
import { useLive, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { AlarmContact, AlarmTold } from './alarm-people.tsx'
import { AlarmRule } from './alarm-rule.tsx'
import { isOfGateway, needsAcknowledgement, shownState } from './alarm-state.ts'
import { AlarmTimeline } from './alarm-timeline.tsx'
import { AlarmTrend } from './alarm-trend.tsx'
import { AlarmVerbButtons } from './alarm-verb-buttons.tsx'
import type { AlarmVerb } from './alarm-verbs.ts'
import { GradeMark } from './grade-mark.tsx'
import { StateMark } from './state-mark.tsx'
import type { Verbs } from './use-verbs.ts'

const FATE_INTERVAL_MS = 4_000

export interface AlarmDetailProps {
  readonly alarmId: string
  readonly verbs: Verbs
  readonly onVerb: (verb: AlarmVerb, alarm: AlarmDto) => void
  /** Opens the dialog of a verb even where it could go at once. */
  readonly onDialog: (verb: AlarmVerb, alarm: AlarmDto) => void
  readonly onClose: () => void
}

/** Everything about one alarm that a decision at three in the morning needs. */
export function AlarmDetailPane(props: AlarmDetailProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { alarmId } = props
  const live = useLive((state) => state.open.get(alarmId) ?? state.ended.get(alarmId))
  const loaded = useResource(alarmId, (signal) => api.alarm(alarmId, signal))
  const { data: detail, reload } = loaded
  useFreshDetail(detail, live?.revision ?? 0, reload)
  const alarm = newest(live, detail)

  const isGone = loaded.error instanceof ApiError && loaded.error.status === 404
  return (
    <aside className="alarm-detail" aria-label={t('detail.label')}>
      <Button
        type="text"
        className="detail-close"
        aria-label={t('common.close')}
        icon={<Icon name="close" />}
        onClick={props.onClose}
      />
      {isGone && <p className="quiet">{t('detail.gone')}</p>}
      {loaded.error !== null && !isGone && <ErrorNote error={loaded.error} onRetry={reload} />}
      {alarm === null && loaded.isLoading && <Skeleton active />}
      {alarm !== null && (
        <>
          <DetailHead alarm={alarm} />
          <AlarmVerbButtons alarm={alarm} {...props} />
        </>
      )}
      {alarm !== null && detail !== null && (
        <DetailBody alarm={alarm} detail={detail} onChanged={reload} />
      )}
    </aside>
  )
}

function newest(live: AlarmDto | undefined, detail: AlarmDetail | null): AlarmDto | null {
  if (live === undefined) return detail
  return detail !== null && detail.revision > live.revision ? detail : live
}

/** Loads again when the alarm has moved on, and while a notification has not met its fate yet. */
function useFreshDetail(detail: AlarmDetail | null, revision: number, reload: () => void): void {
  const known = detail?.revision ?? Number.POSITIVE_INFINITY
  useEffect(() => {
    if (revision > known) reload()
  }, [revision, known, reload])
  const isPending = detail?.notifications.some((one) => one.state === 'pending') === true
  useEffect(() => {
    if (!isPending) return
    const timer = setInterval(reload, FATE_INTERVAL_MS)
    return () => clearInterval(timer)
  }, [isPending, reload])
}

function DetailHead(props: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { alarm } = props
  return (
    <header className="detail-head">
      <GradeMark grade={alarm.grade} size={36} isCalling={needsAcknowledgement(alarm)} />
      <div>
        <h2>
          {words.localized(alarm.title)}
          {alarm.drill && <span className="drill-tag">{t('list.drill')}</span>}
        </h2>
        <p className="detail-place">
          {isOfGateway(alarm)
            ? words.place(alarm)
            : [...alarm.territory, alarm.organizationName, alarm.siteName].join(' / ')}
        </p>
        <p className="detail-figures">
          {alarm.value !== null && <strong>{words.value(alarm.value, alarm.unit)}</strong>}
          {alarm.setpoint !== null && (
            <span>{t('trend.setpoint', { value: words.value(alarm.setpoint, alarm.unit) })}</span>
          )}
          <StateMark state={shownState(alarm)} />
        </p>
        {alarm.shelvedUntil !== null && (
          <p className="detail-note">
            {t('list.shelvedUntil', { time: words.instant(alarm.shelvedUntil, nowMs) })}
          </p>
        )}
      </div>
    </header>
  )
}

function DetailBody(props: {
  readonly alarm: AlarmDto
  readonly detail: AlarmDetail
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { alarm, detail } = props
  return (
    <>
      <AlarmOverlays alarm={alarm} />
      <CasePanel alarm={alarm} onChanged={props.onChanged} />
      {!isOfGateway(alarm) && (
        <section>
          <h3>{t('detail.trend')}</h3>
          <AlarmTrend alarm={alarm} />
        </section>
      )}
      <section>
        <h3>{t('detail.response')}</h3>
        {detail.response === null ? (
          <p className="quiet">{t('detail.noResponse')}</p>
        ) : (
          <p className="response">{words.localized(detail.response)}</p>
        )}
      </section>
      {!isOfGateway(alarm) && <AlarmRule alarm={alarm} />}
      {!isOfGateway(alarm) && <AlarmContact contact={detail.contact} />}
      {!isOfGateway(alarm) && <AlarmEmergency alarmId={alarm.id} />}
      <section>
        <h3>{t('detail.timeline')}</h3>
        <AlarmTimeline entries={detail.timeline} unit={alarm.unit} />
      </section>
      {!isOfGateway(alarm) && <AlarmProof alarm={alarm} />}
      <AlarmTold notifications={detail.notifications} />
      <AlarmFacts alarm={alarm} />
    </>
  )
}

function AlarmFacts(props: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { alarm } = props
  return (
    <dl className="facts">
      <dt>{t('detail.device')}</dt>
      <dd>
        {isOfGateway(alarm) ? (
          <Link to="/self-check">{t('nav.health')}</Link>
        ) : (
          <Link to={`/devices/${encodeURIComponent(alarm.deviceId)}`}>{alarm.deviceName}</Link>
        )}
        {` · ${alarm.point}`}
      </dd>
      <dt>{t('detail.raised')}</dt>
      <dd>{words.instant(alarm.raisedAt, nowMs)}</dd>
      {alarm.returnedAt !== null && (
        <>
          <dt>{t('detail.returned')}</dt>
          <dd>{words.instant(alarm.returnedAt, nowMs)}</dd>
        </>
      )}
      <dt>{t('detail.occurrences')}</dt>
      <dd>
        {alarm.occurrences}
        {alarm.latching && ` · ${t('detail.latching')}`}
      </dd>
      {alarm.assignee !== null && (
        <>
          <dt>{t('detail.assignee')}</dt>
          <dd>{alarm.assignee}</dd>
        </>
      )}
      <dt>ID</dt>
      <dd className="fact-id">
        {alarm.id}
        <br />
        {t('detail.rule', { rule: alarm.ruleId, version: alarm.ruleVersion })}
      </dd>
    </dl>
  )
}
