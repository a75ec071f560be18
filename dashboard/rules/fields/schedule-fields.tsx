import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
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
const SPANS = 'schedule.spans'
const WORKING_HOURS = { days: ['workday'], from: '08:00', to: '18:00' }

/** When the rule is in force; holidays and make-up days come from the calendar of the year. */
export function ScheduleFields() {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const hasSchedule = valueAt(draft, 'schedule') !== undefined
  const active = textAt(draft, 'schedule.active') || 'inside'
  const spans = listAt(draft, SPANS)
  const choose = (value: string) => {
    if (value === 'always') set('schedule', undefined)
    else if (hasSchedule) set('schedule.active', value)
    else set('schedule', { active: value, spans: [WORKING_HOURS] })
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
      {hasSchedule && (
        <div className="rule-list-field is-wide">
          {spans.map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place.
            <div key={index} className="rule-list-item">
              <DaysField path={`${SPANS}.${index}.days`} />
              <TextField path={`${SPANS}.${index}.from`} label={t('ruleField.inside')} />
              <TextField path={`${SPANS}.${index}.to`} label={t('ruleField.to')} />
              <RemoveButton
                isHidden={isReadOnly || spans.length < 2}
                onRemove={() => set(SPANS, spans.toSpliced(index, 1))}
              />
            </div>
          ))}
          {!isReadOnly && (
            <Button size="small" onClick={() => set(SPANS, [...spans, WORKING_HOURS])}>
              {t('ruleField.addSpan')}
            </Button>
          )}
        </div>
      )}
    </div>
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
