import { App, Form, Input, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Device, Profile } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

const MINUTE_MS = 60_000
const MINUTES = [5, 15, 30, 60] as const

interface Fields {
  readonly point: string
  readonly grade: 1 | 2 | 3 | 4
  readonly minutes: (typeof MINUTES)[number]
  readonly note: string
}

/** A made-up alarm on this device. */
export function DrillForm(props: {
  readonly device: Device
  readonly profile: Profile
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { api } = useServices()
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const { device, profile } = props
  const first = profile.points.find(({ primary }) => primary) ?? profile.points[0]
  async function submit({ minutes, ...fields }: Fields): Promise<void> {
    await api.startDrill({ ...fields, deviceId: device.id, durationMs: minutes * MINUTE_MS })
    void message.success(t('drill.started'))
  }
  return (
    <FormDialog<Fields>
      title={`${t('drill.start')} · ${device.name}`}
      form={form}
      initialValues={{ grade: 3, minutes: 15, ...(first && { point: first.name }) }}
      submit={submit}
      onClose={props.onClose}
    >
      <p className="quiet">{t('drill.hint')}</p>
      <Form.Item name="point" label={t('drill.point')}>
        <Select
          options={profile.points.map(({ name, label }) => ({
            value: name,
            label: words.localized(label),
          }))}
        />
      </Form.Item>
      <Form.Item name="grade" label={t('drill.grade')}>
        <Radio.Group
          optionType="button"
          options={([1, 2, 3, 4] as const).map((value) => ({ value, label: t(`grade.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="minutes" label={t('drill.duration')}>
        <Radio.Group
          optionType="button"
          options={MINUTES.map((value) => ({ value, label: words.length(value * MINUTE_MS) }))}
        />
      </Form.Item>
      <Form.Item
        name="note"
        label={t('drill.note')}
        rules={[{ required: true, whitespace: true, message: t('drill.noteRequired') }]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2_000} />
      </Form.Item>
    </FormDialog>
  )
}
