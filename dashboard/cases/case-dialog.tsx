import { Form, Input, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { PersonField } from '../alarms/person-field.tsx'
import type { CaseVerbPath } from '../api/case-endpoints.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

/** A step of the case, as a button names it. */
export type CaseAsk = 'dispatch' | 'arrive' | 'dispose' | 'review' | 'sendBack' | 'closeCase'

const PATHS: Readonly<Record<CaseAsk, CaseVerbPath>> = {
  dispatch: 'assign',
  arrive: 'arrive',
  dispose: 'dispose',
  review: 'review',
  sendBack: 'send-back',
  closeCase: 'close-case',
}
const DISPOSITIONS = ['rectified', 'false-alarm', 'test'] as const
const FALSE_ALARM_CODES = [
  'interference',
  'sensor-fault',
  'drift',
  'set-point',
  'work-nearby',
  'handling',
  'other',
] as const
const NOTE_LENGTH_MAX = 2_000

interface Fields {
  readonly username?: string
  readonly disposition?: (typeof DISPOSITIONS)[number]
  readonly falseAlarmCode?: (typeof FALSE_ALARM_CODES)[number]
  readonly note?: string
}

/** Asks for what a step of the case needs; stays open when the gateway refuses, and says why. */
export function CaseDialog(props: {
  readonly ask: CaseAsk
  readonly alarm: AlarmDto
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api, live } = useServices()
  const [form] = Form.useForm<Fields>()
  const { ask, alarm } = props
  const needsNote = ask !== 'dispatch' && ask !== 'review'
  return (
    <FormDialog<Fields>
      title={t(`caseVerb.${ask}`)}
      form={form}
      initialValues={{}}
      submit={async ({ note, ...fields }) => {
        const words = note?.trim()
        const body = { ...fields, ...(words ? { note: words } : {}) }
        live.dispatch({ type: 'answer', alarm: await api.caseVerb(alarm.id, PATHS[ask], body) })
      }}
      onClose={props.onClose}
    >
      {ask === 'dispatch' && <PersonField onMe={(username) => form.setFieldsValue({ username })} />}
      {ask === 'dispose' && <DisposeFields />}
      <Form.Item
        name="note"
        label={t('case.findings')}
        rules={
          needsNote
            ? [{ required: true, whitespace: true, message: t('case.findingsRequired') }]
            : []
        }
      >
        <Input.TextArea
          autoSize={{ minRows: 3, maxRows: 8 }}
          maxLength={NOTE_LENGTH_MAX}
          showCount
        />
      </Form.Item>
    </FormDialog>
  )
}

function DisposeFields() {
  const { t } = useTranslation()
  const disposition = Form.useWatch<Fields['disposition']>('disposition')
  return (
    <>
      <p className="quiet">{t('case.fromAfar')}</p>
      <Form.Item
        name="disposition"
        label={t('case.disposedAs')}
        rules={[{ required: true, message: t('case.dispositionRequired') }]}
      >
        <Radio.Group
          optionType="button"
          options={DISPOSITIONS.map((value) => ({ value, label: t(`disposition.${value}`) }))}
        />
      </Form.Item>
      {disposition === 'false-alarm' && (
        <Form.Item
          name="falseAlarmCode"
          label={t('case.falseCode')}
          rules={[{ required: true, message: t('case.falseCodeRequired') }]}
        >
          <Select
            options={FALSE_ALARM_CODES.map((value) => ({
              value,
              label: t(`falseAlarm.${value}`),
            }))}
          />
        </Form.Item>
      )}
    </>
  )
}
