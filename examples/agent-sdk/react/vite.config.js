export default { esbuild: { jsx: "automatic" }, publicDir: false };
