# Every curl line of the guide that Switchhook follows, in its order and as it is printed there; see test_guide_curl.py.

curl -X POST http://localhost:8000/api/extensions \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \
  -d '{
    "extension_number": "101",
    "name": "John Doe",
    "secret": "SecurePass123",
    "enabled": true,
    "context": "from-internal",
    "transport": "udp",
    "codecs": ["ulaw", "alaw", "g722"],
    "max_contacts": 1
  }'

curl http://localhost:8000/api/extensions/1/verify \
  -H "Authorization: Bearer YOUR_JWT_TOKEN"

curl http://localhost:8000/api/extensions/asterisk/endpoints \
  -H "Authorization: Bearer YOUR_JWT_TOKEN"

curl -X POST http://localhost:8000/api/pjsip/config/external-media \
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "external_media_address": "your.public.ip.or.domain",
    "external_signaling_address": "your.public.ip.or.domain",
    "local_net": "192.168.1.0/24"
  }'

curl http://localhost:8000/api/events \
  -H "Authorization: Bearer YOUR_JWT_TOKEN"

curl http://localhost:8000/api/events/registrations \
  -H "Authorization: Bearer YOUR_JWT_TOKEN"

curl http://localhost:8000/api/events/calls \
  -H "Authorization: Bearer YOUR_JWT_TOKEN"

curl http://localhost:8000/api/events/extension/101 \
  -H "Authorization: Bearer YOUR_JWT_TOKEN"

curl -X POST http://localhost:8000/api/extensions \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "extension_number": "101",
    "name": "Alice",
    "secret": "Alice123Pass",
    "enabled": true,
    "context": "from-internal"
  }'

curl -X POST http://localhost:8000/api/extensions \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "extension_number": "102",
    "name": "Bob",
    "secret": "Bob456Pass",
    "enabled": true,
    "context": "from-internal"
  }'
