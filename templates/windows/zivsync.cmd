@echo off
rem Runs zivsync with the Node beside this file.
setlocal
"%~dp0node.exe" "%~dp0app\dist\cli.js" %*
exit /b %ERRORLEVEL%
