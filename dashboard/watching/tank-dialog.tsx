import { Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Tank, TankShape } from '../../gateway/contract.ts'
import { useAll } from '../api/use-all.ts'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { draftOf, fieldsOf, parseTable, type TankFields } from './tank-form.ts'
import type { WatchedSummary } from './watch-panel.tsx'

const SHAPES = [
  'vertical-cylinder',
  'horizontal-cylinder',
  'sphere',
  'table',
] as const satisfies readonly TankShape['kind'][]
const LEVEL_UNITS: ReadonlySet<string | null> = new Set(['%', 'm', 'cm', 'mm'])

interface DialogProps {
  readonly source: WatchedSummary
  readonly onClose: () => void
}

/** Binds a tank, or changes the one that is named. */
export function TankDialog(props: DialogProps & { readonly tankId: string | null }) {
  const { api } = useServices()
  const { tankId, source } = props
  const tanks = useResource(tankId === null ? null : `tanks ${source.id}`, (signal) =>
    api.tanks(source.id, signal),
  )
  const present = tanks.data?.items.find(({ id }) => id === tankId) ?? null
  if (tankId !== null && present === null) return null
  return <TankFormDialog {...props} present={present} />
}

function TankFormDialog(props: DialogProps & { readonly present: Tank | null }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { source, present } = props
  const [form] = Form.useForm<TankFields>()
  async function submit(fields: TankFields): Promise<void> {
    const draft = draftOf(fields)
    if (present === null) await api.addTank(source.id, draft)
    else await api.changeTank(source.id, present.id, draft)
  }
  const contents = source.units.flatMap((unit) =>
    unit.substances.map((substance) => ({
      value: `${unit.id}/${substance.id}`,
      label: [unit.name || unit.id, substance.name || substance.id].join(' · '),
    })),
  )
  const [only] = contents.length === 1 ? contents : []
  const initial: Partial<TankFields> =
    present === null
      ? {
          shape: 'vertical-cylinder',
          heads: 'flat',
          ...(only !== undefined && { content: only.value }),
        }
      : fieldsOf(present)
  return (
    <FormDialog<TankFields>
      title={t(present === null ? 'watch.addTank' : 'watch.editTank')}
      form={form}
      initialValues={initial}
      submit={submit}
      onClose={props.onClose}
    >
      <Form.Item
        name="name"
        label={t('watch.name')}
        rules={[{ required: true, whitespace: true, message: t('watch.nameRequired') }]}
      >
        <Input maxLength={120} />
      </Form.Item>
      <Required name="content" label={t('watch.substance')}>
        <Select options={contents} />
      </Required>
      <Gauges source={source} />
      <Shape />
      <Medium />
    </FormDialog>
  )
}

function Gauges({ source }: { readonly source: WatchedSummary }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const devices = useAll(`devices of ${source.organizationId}`, (cursor, signal) =>
    api.devicesOf(source.organizationId, cursor, signal),
  )
  const profiles = useResource('profiles', (signal) => api.profiles(signal))
  const pointsWith = (fits: (unit: string | null) => boolean) =>
    (devices.data ?? []).flatMap((device) => {
      const profile = profiles.data?.items.find(({ id }) => id === device.profileId)
      return (profile?.points ?? [])
        .filter(({ kind, unit }) => kind === 'number' && fits(unit))
        .map(({ name, unit }) => ({
          value: `${device.id}/${name}`,
          label: `${device.name} · ${name} (${unit})`,
        }))
    })
  // Per cent is also humidity or a battery: a level is called one.
  const levels = pointsWith((unit) => LEVEL_UNITS.has(unit)).filter(({ value }) =>
    /level/i.test(value.slice(value.indexOf('/'))),
  )
  const shared = { showSearch: { optionFilterProp: 'label' }, loading: devices.isLoading }
  return (
    <>
      <Required name="level" label={t('watch.gauge')} extra={t('watch.gaugeHelp')}>
        <Select {...shared} options={levels} notFoundContent={t('watch.noDevices')} />
      </Required>
      <Form.Item name="temperature" label={`${t('watch.thermometer')} (${t('common.optional')})`}>
        <Select {...shared} allowClear options={pointsWith((unit) => unit === '°C')} />
      </Form.Item>
    </>
  )
}

function Shape() {
  const { t } = useTranslation()
  const shape = Form.useWatch<TankShape['kind']>('shape')
  return (
    <>
      <Form.Item name="shape" label={t('watch.shape')}>
        <Select options={SHAPES.map((value) => ({ value, label: t(`watch.shape_${value}`) }))} />
      </Form.Item>
      <div className="watch-measures">
        {shape !== 'table' && <Measure name="diameterM" label={t('watch.diameter')} />}
        {shape === 'vertical-cylinder' && <Measure name="heightM" label={t('watch.height')} />}
        {shape === 'horizontal-cylinder' && (
          <>
            <Measure name="lengthM" label={t('watch.length')} />
            <Form.Item name="heads" label={t('watch.heads')}>
              <Select
                options={(['flat', 'elliptical'] as const).map((value) => ({
                  value,
                  label: t(`watch.heads_${value}`),
                }))}
              />
            </Form.Item>
          </>
        )}
      </div>
      {shape === 'table' && <Strapping />}
    </>
  )
}

function Strapping() {
  const { t } = useTranslation()
  const check = async (_rule: unknown, text: string | undefined) => {
    const parsed = parseTable(text ?? '')
    if (!parsed.ok) throw new Error(t('watch.tableInvalid', { line: parsed.line }))
  }
  return (
    <Form.Item
      name="table"
      label={t('watch.table')}
      rules={[{ required: true, message: t('watch.required') }, { validator: check }]}
    >
      <Input.TextArea rows={5} placeholder={'0.0, 0\n0.5, 39.3\n1.0, 78.5'} />
    </Form.Item>
  )
}

function Medium() {
  const { t } = useTranslation()
  return (
    <div className="watch-measures">
      <Measure name="densityKgM3" label={t('watch.density')} />
      <Form.Item name="perKelvin" label={`${t('watch.expansion')} (${t('common.optional')})`}>
        <InputNumber min={0} max={0.01} step={0.0001} />
      </Form.Item>
      <Form.Item name="referenceC" label={`${t('watch.reference')} (${t('common.optional')})`}>
        <InputNumber placeholder="20" />
      </Form.Item>
    </div>
  )
}

function Measure(props: { readonly name: keyof TankFields & string; readonly label: string }) {
  return (
    <Required {...props}>
      <InputNumber min={0} />
    </Required>
  )
}

function Required(props: {
  readonly name: keyof TankFields & string
  readonly label: string
  readonly extra?: string
  readonly children: React.ReactElement
}) {
  const { t } = useTranslation()
  const { name, label, children } = props
  return (
    <Form.Item<TankFields>
      name={name}
      label={label}
      {...(props.extra !== undefined && { extra: props.extra })}
      rules={[{ required: true, message: t('watch.required') }]}
    >
      {children}
    </Form.Item>
  )
}
