import { Form, Input, Radio, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Channel, ChannelDraft } from '../../gateway/contract.ts'
import { GRADES, presentGrade } from '../alarms/grade.ts'
import { useAll } from '../api/use-all.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import {
  ANSWER_PATH_PATTERN,
  type ChannelFields,
  channelOfFields,
  fieldsOfChannel,
  isRobotKind,
  parseHeaders,
  parsePhones,
  ROBOT_ADDRESSES,
  ROBOT_KINDS,
  SECRET_PATTERN,
  URL_PATTERN,
} from './channel-draft.ts'

const KINDS = ['sms', 'webhook', ...ROBOT_KINDS] as const satisfies readonly Channel['kind'][]

const NEW_CHANNEL: Partial<ChannelFields> = {
  kind: 'sms',
  enabled: true,
  gradeMax: 3,
  method: 'POST',
  language: 'zh',
  body: '{"phone":"{phone}","text":"{text}"}',
}

export function ChannelForm(props: {
  readonly channel: Channel | null
  readonly onSecret: (secret: string | null) => void
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { channel } = props
  const [form] = Form.useForm<ChannelFields>()
  const kind = Form.useWatch('kind', form) ?? channel?.kind ?? 'sms'
  const organizations = useAll('organizations', api.organizations)

  async function submit(fields: ChannelFields): Promise<void> {
    // The form's rules are the contract's; the gateway checks them again.
    const change = channelOfFields({ ...fields, kind })
    if (channel !== null) await api.updateChannel(channel.id, change)
    else {
      const created = await api.createChannel({ kind, ...change } as ChannelDraft)
      props.onSecret(created.secret)
    }
  }
  return (
    <FormDialog<ChannelFields>
      title={t(channel === null ? 'channel.add' : 'channel.edit')}
      form={form}
      initialValues={channel === null ? NEW_CHANNEL : fieldsOfChannel(channel)}
      submit={submit}
      onClose={props.onClose}
    >
      {channel === null && (
        <Form.Item name="kind" label={t('channel.kind')}>
          <Select options={KINDS.map((value) => ({ value, label: t(`channel.${value}`) }))} />
        </Form.Item>
      )}
      <CommonFields
        kind={kind}
        organizations={(organizations.data ?? []).map(({ id, name }) => ({
          value: id,
          label: name,
        }))}
      />
      {kind === 'sms' && <SmsFields />}
      {kind === 'webhook' && <WebhookFields />}
      {isRobotKind(kind) && <RobotFields kind={kind} isNew={channel === null} />}
    </FormDialog>
  )
}

function CommonFields(props: {
  readonly kind: Channel['kind']
  readonly organizations: readonly { readonly value: string; readonly label: string }[]
}) {
  const { t } = useTranslation()
  const grades = GRADES.map((grade) => {
    const { letter } = presentGrade(grade)
    const label =
      grade === 1
        ? t('grade.onlyRed')
        : grade === 4
          ? t('grade.everything')
          : t('grade.andAbove', { letter, name: t(`grade.${grade}`) })
    return { value: grade, label }
  })
  return (
    <>
      <Form.Item
        name="name"
        label={t('channel.name')}
        rules={[{ required: true, whitespace: true, message: t('channel.nameRequired') }]}
      >
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item
        name="url"
        label={t('channel.url')}
        rules={[{ required: true, pattern: URL_PATTERN, message: t('channel.urlRequired') }]}
      >
        <Input
          inputMode="url"
          placeholder={isRobotKind(props.kind) ? ROBOT_ADDRESSES[props.kind] : undefined}
        />
      </Form.Item>
      <Form.Item name="gradeMax" label={t('channel.gradeMax')}>
        <Select options={grades} />
      </Form.Item>
      <Form.Item name="organizationId" label={t('channel.organization')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('channel.everything')}
          options={[...props.organizations]}
        />
      </Form.Item>
      <Form.Item name="enabled" label={t('channel.enabled')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  )
}

function SmsFields() {
  const { t } = useTranslation()
  const check = (isRight: boolean, message: string) =>
    isRight ? Promise.resolve() : Promise.reject(new Error(message))
  return (
    <>
      <Form.Item
        name="phones"
        label={t('channel.phones')}
        rules={[
          {
            required: true,
            validator: (_, text: string | undefined) => {
              const phones = parsePhones(text)
              return check(phones !== null && phones.length > 0, t('channel.phonesWrong'))
            },
          },
        ]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} inputMode="tel" />
      </Form.Item>
      <Form.Item name="method" label={t('channel.method')}>
        <Radio.Group optionType="button" options={['POST', 'GET']} />
      </Form.Item>
      <Form.Item
        name="headers"
        label={t('channel.headers')}
        rules={[
          {
            validator: (_, text: string | undefined) =>
              check(parseHeaders(text) !== null, t('channel.headersWrong')),
          },
        ]}
      >
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 5 }} />
      </Form.Item>
      <Form.Item name="body" label={t('channel.body')} extra={t('channel.bodyHint')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
      </Form.Item>
      <Form.Item
        name="expectPath"
        label={t('channel.expectPath')}
        extra={t('channel.expectHint')}
        rules={[{ pattern: ANSWER_PATH_PATTERN, message: t('channel.expectPathWrong') }]}
      >
        <Input placeholder="Code" maxLength={120} />
      </Form.Item>
      <Form.Item
        name="expectValues"
        label={t('channel.expectValues')}
        dependencies={['expectPath']}
        rules={[
          ({ getFieldValue }) => ({
            required: Boolean(getFieldValue('expectPath')),
            message: t('channel.expectValuesMissing'),
          }),
        ]}
      >
        <Input placeholder="OK" maxLength={200} />
      </Form.Item>
      <LanguageField />
    </>
  )
}

function LanguageField() {
  const { t } = useTranslation()
  return (
    <Form.Item name="language" label={t('channel.language')}>
      <Radio.Group
        optionType="button"
        options={[
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
      />
    </Form.Item>
  )
}

function WebhookFields() {
  const { t } = useTranslation()
  return (
    <Form.Item
      name="secret"
      label={t('channel.secret')}
      rules={[{ pattern: SECRET_PATTERN, message: t('channel.secretWrong') }]}
    >
      <Input.Password autoComplete="off" maxLength={94} />
    </Form.Item>
  )
}

function RobotFields(props: {
  readonly kind: (typeof ROBOT_KINDS)[number]
  readonly isNew: boolean
}) {
  const { t } = useTranslation()
  return (
    <>
      {props.kind !== 'wecom' && (
        <Form.Item
          name="robotSecret"
          label={t(props.isNew ? 'channel.robotSecret' : 'channel.robotSecretKept')}
          extra={t('channel.robotSecretHint')}
        >
          <Input.Password autoComplete="off" maxLength={200} />
        </Form.Item>
      )}
      <Form.Item name="mentionAll" label={t('channel.mentionAll')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <LanguageField />
      <p className="quiet">{t('channel.robotPace')}</p>
    </>
  )
}
