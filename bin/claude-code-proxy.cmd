@echo off
rem Starts the proxy. In a clone it builds it first when it was never built or its sources are newer; in an unpacked
rem release it runs what is in lib. See --help.
rem .env is read from the directory in which this is called.
setlocal
for %%I in ("%~dp0..") do set "PROXY_HOME=%%~fI"
set "PROXY_MODULE=%PROXY_HOME%\proxy-http-undertow"
set "PROXY_BUILT=%PROXY_MODULE%\target\lib"
set "PROXY_SERVER=%PROXY_MODULE%\target\server"
set "PROXY_STAMP=%PROXY_SERVER%\.complete"
set "PROXY_NEEDED=JDK"
set "PROXY_RELEASE="
if exist "%PROXY_HOME%\lib\" if not exist "%PROXY_HOME%\pom.xml" set "PROXY_RELEASE=yes"
if defined PROXY_RELEASE set "PROXY_SERVER=%PROXY_HOME%\lib"
if defined PROXY_RELEASE set "PROXY_NEEDED=Java runtime"

set "PROXY_JAVA=java"
if defined JAVA_HOME set "PROXY_JAVA=%JAVA_HOME%\bin\java.exe"
"%PROXY_JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo claude-code-proxy: java was not found: install a %PROXY_NEEDED%, version 17 or newer, or set JAVA_HOME 1>&2
    exit /b 1
)
set "PROXY_VERSION="
for /f "tokens=3" %%V in ('""%PROXY_JAVA%" -XshowSettings:properties -version 2>&1 | findstr /c:"java.specification.version""') do set "PROXY_VERSION=%%V"
set /a PROXY_VERSION_NUMBER=%PROXY_VERSION% 2>nul
if %PROXY_VERSION_NUMBER% LSS 17 (
    echo claude-code-proxy: Java 17 or newer is needed, but this is version %PROXY_VERSION% 1>&2
    exit /b 1
)

if defined PROXY_RELEASE goto run
if not exist "%PROXY_HOME%\pom.xml" goto run
if not exist "%PROXY_STAMP%" goto build
powershell -NoProfile -Command "$s=(Get-Item -Force $env:PROXY_STAMP).LastWriteTimeUtc; $p=@($env:PROXY_HOME+'\pom.xml',$env:PROXY_HOME+'\proxy-core\pom.xml',$env:PROXY_HOME+'\proxy-core\src\main',$env:PROXY_HOME+'\proxy-tokens\pom.xml',$env:PROXY_HOME+'\proxy-tokens\src\main',$env:PROXY_MODULE+'\pom.xml',$env:PROXY_MODULE+'\src\main'); if (Get-Item $p | ForEach-Object { $_; if ($_.PSIsContainer) { Get-ChildItem -Recurse $_ } } | Where-Object { $_.LastWriteTimeUtc -gt $s } | Select-Object -First 1) { exit 1 }"
if not errorlevel 1 goto run

:build
where mvn >nul 2>&1
if errorlevel 1 (
    echo claude-code-proxy: mvn was not found: install Maven 3.8.7 or newer, to build the server once 1>&2
    exit /b 1
)
echo claude-code-proxy: building the server, this takes a minute or two the first time ... 1>&2
if exist "%PROXY_BUILT%" rmdir /s /q "%PROXY_BUILT%"
pushd "%PROXY_HOME%"
call mvn -q -B -ntp -Dstyle.color=never -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip -pl proxy-http-undertow -am package 1>&2
if errorlevel 1 (
    popd
    echo claude-code-proxy: the build failed, see above 1>&2
    exit /b 1
)
popd
copy /y "%PROXY_MODULE%\target\proxy-http-undertow-*.jar" "%PROXY_BUILT%\" >nul
if not exist "%PROXY_SERVER%" goto install
rem Windows does not rename a folder of which a running server has files open.
ren "%PROXY_SERVER%" server.%RANDOM%.old >nul 2>&1
if errorlevel 1 (
    echo claude-code-proxy: a server of the older build is running: stop it, then start again 1>&2
    exit /b 1
)
for /d %%D in ("%PROXY_MODULE%\target\server.*.old") do rmdir /s /q "%%D"

:install
xcopy /q /i /y "%PROXY_BUILT%" "%PROXY_SERVER%" >nul
if errorlevel 1 (
    echo claude-code-proxy: the server could not be copied to %PROXY_SERVER% 1>&2
    exit /b 1
)
type nul > "%PROXY_STAMP%"

:run
rem From 23 on a JDK warns of what the server's libraries do, four lines at every start.
set "PROXY_UNSAFE="
if %PROXY_VERSION_NUMBER% GEQ 23 set "PROXY_UNSAFE=--sun-misc-unsafe-memory-access=allow"
rem A small heap with room from the beginning; one whose limit is in JAVA_OPTS begins as the JVM likes.
set "PROXY_HEAP=-Xms88m -XX:NewSize=6m"
echo %JAVA_OPTS% %JDK_JAVA_OPTIONS% %JAVA_TOOL_OPTIONS% | findstr /c:"-Xmx" /c:"HeapSize" >nul && set "PROXY_HEAP="
rem The collector that needs least beside it; one in JAVA_OPTS takes its place.
set "PROXY_COLLECTOR=-XX:+UseSerialGC"
echo %JAVA_OPTS% | findstr /r /c:"-XX:+Use[A-Za-z]*GC" >nul && set "PROXY_COLLECTOR="
"%PROXY_JAVA%" -XX:+ExitOnOutOfMemoryError %PROXY_HEAP% -XX:MetaspaceSize=64m %PROXY_COLLECTOR% %PROXY_UNSAFE% %JAVA_OPTS% -cp "%PROXY_SERVER%\*" io.github.claudecodeproxy.launcher.Launcher %*
exit /b %ERRORLEVEL%
