import { App, Form, Input, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Device, Profile } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

const HOUR_MS = 3_600_000
/** Long work is done in several windows; the gateway takes three days at most. */
const HOURS = [1, 2, 4, 8, 24, 72] as const

interface Fields {
  readonly kind: 'maintenance' | 'calibration'
  readonly point: string
  readonly hours: (typeof HOURS)[number]
  readonly permitNumber: string
  readonly reason: string
}

/** Work begins on this device, now. */
export function WindowForm(props: {
  readonly device: Device
  readonly profile: Profile | undefined
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { api } = useServices()
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const { device, profile } = props
  const points = (profile?.points ?? []).map(({ name, label }) => ({
    value: name,
    label: words.localized(label),
  }))
  async function submit(fields: Fields): Promise<void> {
    await api.createServiceWindow({
      kind: fields.kind,
      scope: { kind: 'device', deviceId: device.id, point: fields.point || null },
      reason: fields.reason,
      permitNumber: fields.permitNumber,
      until: new Date(Date.now() + fields.hours * HOUR_MS).toISOString(),
    })
    void message.success(t('window.created'))
  }
  return (
    <FormDialog<Fields>
      title={`${t('window.create')} · ${device.name}`}
      form={form}
      initialValues={{ kind: 'maintenance', point: '', hours: 2, permitNumber: '' }}
      submit={submit}
      onClose={props.onClose}
    >
      <p className="quiet">{t('window.hint')}</p>
      <Form.Item name="kind" label={t('window.kind')}>
        <Radio.Group
          optionType="button"
          options={(['maintenance', 'calibration'] as const).map((value) => ({
            value,
            label: t(`windowKind.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="point" label={t('window.point')}>
        <Select options={[{ value: '', label: t('window.wholeDevice') }, ...points]} />
      </Form.Item>
      <Form.Item name="hours" label={t('window.duration')}>
        <Radio.Group
          optionType="button"
          options={HOURS.map((value) => ({ value, label: words.length(value * HOUR_MS) }))}
        />
      </Form.Item>
      <Form.Item name="permitNumber" label={t('window.permit')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('window.reason')}
        rules={[{ required: true, whitespace: true, message: t('window.reasonRequired') }]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2_000} />
      </Form.Item>
    </FormDialog>
  )
}
