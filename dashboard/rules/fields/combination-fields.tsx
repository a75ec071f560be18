import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../draft-context.tsx'
import { listAt, textAt, valueAt } from '../draft-path.ts'
import { FindingsAt } from './labeled.tsx'
import { MissingFields } from './missing-fields.tsx'
import { ChoiceField, NumberField, SwitchField } from './plain-fields.tsx'
import { DeviceField, PointField } from './plant-fields.tsx'
import { NEW_SCHEDULE, ScheduleTestFields } from './schedule-fields.tsx'
import { RemoveButton } from './setpoint-fields.tsx'

const TESTS = ['value', 'boolean', 'schedule', 'group'] as const
type TestKind = (typeof TESTS)[number]

const NEW_TEST = { test: 'value', of: {}, direction: 'high' }
const TEST_TEXTS = {
  value: 'ruleField.testValue',
  boolean: 'ruleField.testBoolean',
  schedule: 'ruleField.testSchedule',
  group: 'ruleField.testGroup',
} as const satisfies Record<TestKind, string>

/** AND and OR over points, devices and schedules. */
export function CombinationFields() {
  return (
    <>
      <MatchField path="condition.match" />
      <TestList path="condition.tests" mayGroup />
      <MissingFields />
    </>
  )
}

function MatchField({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const options = (['all', 'any'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return <ChoiceField path={path} label={t('ruleField.match')} options={options} />
}

function TestList(props: { readonly path: string; readonly mayGroup: boolean }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const { path, mayGroup } = props
  const tests = listAt(draft, path)
  return (
    <div className="rule-list-field is-wide">
      <span className="rule-field-name">{t('ruleField.tests')}</span>
      <FindingsAt path={path} />
      {tests.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a test is its place.
        <div key={index} className="rule-list-item">
          <TestFields path={`${path}.${index}`} mayGroup={mayGroup} />
          <RemoveButton
            isHidden={isReadOnly}
            onRemove={() => set(path, tests.toSpliced(index, 1))}
          />
        </div>
      ))}
      {!isReadOnly && (
        <Button size="small" onClick={() => set(path, [...tests, NEW_TEST])}>
          {t('ruleField.addTest')}
        </Button>
      )}
    </div>
  )
}

function TestFields({ path, mayGroup }: { readonly path: string; readonly mayGroup: boolean }) {
  const { t } = useTranslation()
  const { draft, set } = useDraft()
  const test = textAt(draft, `${path}.test`) as TestKind | ''
  // A group holds tests, not further groups.
  const kinds = TESTS.filter((kind) => mayGroup || kind !== 'group').map((value) => ({
    value,
    label: t(TEST_TEXTS[value]),
  }))
  return (
    <>
      <ChoiceField
        path={`${path}.test`}
        label={t('ruleField.kind')}
        options={kinds}
        onChange={(next) => set(path, testOfKind(next, valueAt(draft, path)))}
      />
      <FindingsAt path={path} />
      <FieldsOfTest path={path} test={test} />
    </>
  )
}

function FieldsOfTest({ path, test }: { readonly path: string; readonly test: TestKind | '' }) {
  const { t } = useTranslation()
  switch (test) {
    case 'value':
      return (
        <>
          <TestedPoint path={`${path}.of`} />
          <ChoiceField
            path={`${path}.direction`}
            label={t('ruleField.direction')}
            options={(['high', 'low'] as const).map((value) => ({
              value,
              label: t(`ruleField.${value}`),
            }))}
          />
          <NumberField path={`${path}.setpoint`} label={t('ruleField.setpoint')} />
          <NumberField path={`${path}.deadband`} label={t('ruleField.deadband')} />
        </>
      )
    case 'boolean':
      return (
        <>
          <TestedPoint path={`${path}.of`} />
          <SwitchField path={`${path}.is`} label={t('ruleField.is')} fallback={true} />
        </>
      )
    case 'schedule':
      return <ScheduleTestFields path={`${path}.schedule`} />
    case 'group':
      return (
        <>
          <MatchField path={`${path}.match`} />
          <TestList path={`${path}.tests`} mayGroup={false} />
        </>
      )
    default:
      return null
  }
}

function TestedPoint({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  return (
    <>
      <DeviceField path={`${path}.deviceId`} />
      <PointField
        path={`${path}.point`}
        devicePath={`${path}.deviceId`}
        label={t('ruleField.point')}
      />
      <FindingsAt path={path} />
    </>
  )
}

/** What a test of another kind begins with; the point stays where it fits, and a test becomes the first of its group. */
function testOfKind(kind: TestKind, before: unknown): object {
  const of = valueAt(before, 'of') ?? {}
  switch (kind) {
    case 'value':
      return { ...NEW_TEST, of }
    case 'boolean':
      return { test: 'boolean', of, is: true }
    case 'schedule':
      return { test: 'schedule', schedule: NEW_SCHEDULE }
    case 'group':
      return { test: 'group', match: 'any', tests: [before ?? NEW_TEST] }
  }
}
