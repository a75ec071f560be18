import { Form, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { BindingDraft } from '../../gateway/contract.ts'
import { useAll } from '../api/use-all.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import type { WatchedSummary } from './watch-panel.tsx'

type Quantity = BindingDraft['quantity']

interface Fields {
  readonly deviceId: string
  readonly quantity: Quantity
  readonly unitId: string
}

const QUANTITIES = [
  'combustible-gas',
  'toxic-gas',
  'level',
  'temperature',
  'pressure',
  'flow',
  'valve-position',
  'smoke',
  'flame',
  'humidity',
  'weather',
  'video',
] as const satisfies readonly Quantity[]
const WHOLE = ''

/** What a device of this type most likely watches; the person may say otherwise. */
function guess(profileId: string): Quantity | undefined {
  if (profileId.startsWith('gas-combustible')) return 'combustible-gas'
  if (profileId.startsWith('gas-toxic')) return 'toxic-gas'
  if (profileId.startsWith('smoke')) return 'smoke'
  return profileId.startsWith('tank') ? 'pressure' : undefined
}

export function BindDialog(props: {
  readonly source: WatchedSummary
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { source } = props
  const [form] = Form.useForm<Fields>()
  const devices = useAll(`devices of ${source.organizationId}`, (cursor, signal) =>
    api.devicesOf(source.organizationId, cursor, signal),
  )
  async function submit({ deviceId, quantity, unitId }: Fields): Promise<void> {
    const unit = unitId === WHOLE ? null : unitId
    await api.bindDevice(source.id, { deviceId, quantity, unitId: unit, point: null, note: '' })
  }
  const choose = (deviceId: string) => {
    const quantity = guess(devices.data?.find(({ id }) => id === deviceId)?.profileId ?? '')
    if (quantity !== undefined) form.setFieldsValue({ quantity })
  }
  const required = [{ required: true, message: t('watch.required') }]
  return (
    <FormDialog<Fields>
      title={t('watch.bind')}
      form={form}
      initialValues={{ unitId: WHOLE }}
      submit={submit}
      onClose={props.onClose}
    >
      <Form.Item
        name="deviceId"
        label={t('watch.device')}
        rules={[{ required: true, message: t('watch.deviceRequired') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          loading={devices.isLoading}
          notFoundContent={t('watch.noDevices')}
          onChange={choose}
          options={(devices.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item name="quantity" label={t('watch.quantity')} rules={required}>
        <Select options={QUANTITIES.map((value) => ({ value, label: t(`watched.${value}`) }))} />
      </Form.Item>
      <Form.Item name="unitId" label={t('watch.unit')}>
        <Select
          options={[
            { value: WHOLE, label: t('watch.wholeSource') },
            ...source.units.map(({ id, name }) => ({ value: id, label: name || id })),
          ]}
        />
      </Form.Item>
    </FormDialog>
  )
}
