import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useResource } from '../../api/use-resource.ts'
import { useServices } from '../../services.tsx'
import { useDraft } from '../draft-context.tsx'
import { idsAt, listAt, textAt, valueAt } from '../draft-path.ts'
import { FindingsAt, Labeled } from './labeled.tsx'
import { ChoiceField, TextField } from './plain-fields.tsx'
import { RemoveButton } from './setpoint-fields.tsx'

const DAYS = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
  'workday',
  'restday',
  'holiday',
] as const
const WORKING_HOURS = { days: ['workday'], from: '08:00', to: '18:00' }
/** What counts where a rule names no zone and no calendar. */
const USUAL = { timeZone: 'Asia/Shanghai', calendar: 'cn' } as const

/** What a schedule begins with. */
export const NEW_SCHEDULE = { active: 'inside', spans: [WORKING_HOURS] }

/** When the rule is in force; holidays and make-up days come from the calendar of the year. */
export function ScheduleFields() {
  const { t } = useTranslation()
  const { draft, set } = useDraft()
  const hasSchedule = valueAt(draft, 'schedule') !== undefined
  const active = textAt(draft, 'schedule.active') || 'inside'
  const choose = (value: string) => {
    if (value === 'always') set('schedule', undefined)
    else if (hasSchedule) set('schedule.active', value)
    else set('schedule', { ...NEW_SCHEDULE, active: value })
  }
  return (
    <div className="rule-fields">
      <ChoiceField
        path="schedule"
        label={t('ruleField.schedulePart')}
        options={(['always', 'inside', 'outside'] as const).map((value) => ({
          value,
          label: t(`ruleField.${value}`),
        }))}
        shown={hasSchedule ? (active as 'inside') : 'always'}
        onChange={choose}
      />
      <FindingsAt path="schedule" isDeep />
      {hasSchedule && <SpanFields path="schedule" />}
    </div>
  )
}

/** A schedule that is a test of a combination: passed while it is active. */
export function ScheduleTestFields(props: { readonly path: string }) {
  const { t } = useTranslation()
  return (
    <>
      <ChoiceField
        path={`${props.path}.active`}
        label={t('ruleField.schedulePart')}
        options={(['inside', 'outside'] as const).map((value) => ({
          value,
          label: t(`ruleField.${value}`),
        }))}
        fallback="inside"
      />
      <SpanFields path={props.path} />
    </>
  )
}

/** Days and hours of a schedule, by which clock and which calendar. */
function SpanFields(props: { readonly path: string }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const path = `${props.path}.spans`
  const spans = listAt(draft, path)
  return (
    <>
      <CalendarField path={`${props.path}.calendar`} />
      <ZoneField path={`${props.path}.timeZone`} />
      <div className="rule-list-field is-wide">
        {spans.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place.
          <div key={index} className="rule-list-item">
            <DaysField path={`${path}.${index}.days`} />
            <TextField path={`${path}.${index}.from`} label={t('ruleField.spanFrom')} />
            <TextField path={`${path}.${index}.to`} label={t('ruleField.spanTo')} />
            <RemoveButton
              isHidden={isReadOnly || spans.length < 2}
              onRemove={() => set(path, spans.toSpliced(index, 1))}
            />
          </div>
        ))}
        {!isReadOnly && (
          <Button size="small" onClick={() => set(path, [...spans, WORKING_HOURS])}>
            {t('ruleField.addSpan')}
          </Button>
        )}
      </div>
    </>
  )
}

function DaysField({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  return (
    <Labeled path={path} label={t('ruleField.days')}>
      <Select
        mode="multiple"
        value={idsAt(draft, path)}
        disabled={isReadOnly}
        options={DAYS.map((day) => ({ value: day, label: t(`scheduleDay.${day}`) }))}
        onChange={(days: string[]) => set(path, days)}
      />
    </Labeled>
  )
}

/** Which public holidays count. */
export function CalendarField({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { draft } = useDraft()
  const calendars = useResource('calendars', api.calendars)
  const chosen = textAt(draft, path) || USUAL.calendar
  const known = new Set([
    USUAL.calendar,
    chosen,
    ...(calendars.data?.items ?? []).map(({ calendar }) => calendar),
  ])
  const options = [...known].map((value) => ({
    value,
    label: value === USUAL.calendar ? t('calendar.name_cn') : value,
  }))
  return (
    <ChoiceField
      path={path}
      label={t('ruleField.calendar')}
      options={options}
      fallback={USUAL.calendar}
    />
  )
}

/** By which clock. */
export function ZoneField({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const chosen = textAt(draft, path) || USUAL.timeZone
  const zones = new Set([USUAL.timeZone, chosen, 'UTC', ...Intl.supportedValuesOf('timeZone')])
  return (
    <Labeled path={path} label={t('ruleField.timeZone')}>
      <Select
        showSearch
        value={chosen}
        disabled={isReadOnly}
        options={[...zones].map((value) => ({ value, label: value }))}
        onChange={(zone) => set(path, zone)}
      />
    </Labeled>
  )
}
