// The page of /api/docs/: Swagger UI over our own schema. A script of its own, since the page allows none inline.
const place = document.getElementById("swagger")
window.SwaggerUIBundle({
  domNode: place, url: place.dataset.schema, presets: [window.SwaggerUIBundle.presets.apis], layout: "BaseLayout",
  deepLinking: true, persistAuthorization: false, validatorUrl: null,
})
