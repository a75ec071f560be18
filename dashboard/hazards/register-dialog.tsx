import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { usePlant } from '../devices/use-plant.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

interface RegisterFields {
  readonly organizationId: string
  readonly name: string
}

/** The first step of a registration: whose it is and what it is called; the rest is on its page. */
export function RegisterDialog(props: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const navigate = useNavigate()
  const plant = usePlant()
  const [form] = Form.useForm<RegisterFields>()
  const enterprises = [...plant.organizations.values()].filter(({ kind }) => kind === 'enterprise')
  const [only] = enterprises.length === 1 ? enterprises : []
  let createdId: string | null = null
  async function submit(fields: RegisterFields): Promise<void> {
    const created = await api.createHazardSource(fields.organizationId, {
      name: fields.name.trim(),
    })
    createdId = created.id
  }
  return (
    <FormDialog<RegisterFields>
      key={only?.id ?? ''}
      title={t('hazard.createTitle')}
      form={form}
      initialValues={only === undefined ? {} : { organizationId: only.id }}
      submit={submit}
      onClose={() => {
        props.onClose()
        if (createdId !== null) {
          void navigate(`/hazard-sources/${encodeURIComponent(createdId)}?tab=edit`)
        }
      }}
    >
      <p className="quiet">{t('hazard.createHint')}</p>
      <Form.Item
        name="organizationId"
        label={t('hazard.organization')}
        rules={[{ required: true, message: t('hazard.organizationRequired') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={enterprises.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('hazard.name')}
        rules={[{ required: true, whitespace: true, message: t('hazard.nameRequired') }]}
      >
        <Input maxLength={120} />
      </Form.Item>
    </FormDialog>
  )
}
