import { serviceOfUrl } from './service-name.ts';

describe('serviceOfUrl', () => {
  it.each([
    ['http://facet-digit', { name: 'facet-digit', namespace: 'own' }],
    ['http://facet-digit-v1:8080', { name: 'facet-digit-v1', namespace: 'own' }],
    ['http://facet-digit.vision', { name: 'facet-digit', namespace: 'vision' }],
    ['http://facet-digit.vision.svc', { name: 'facet-digit', namespace: 'vision' }],
    ['http://facet-digit.vision.svc.cluster.local:80/', { name: 'facet-digit', namespace: 'vision' }],
    ['http://digit.example.com', undefined],
    ['http://127.0.0.1:8081', undefined],
    ['http://[::1]:8081', undefined],
    ['http://localhost:8081', undefined],
  ])('%s', (url, service) => expect(serviceOfUrl(url, 'own')).toEqual(service));
});
